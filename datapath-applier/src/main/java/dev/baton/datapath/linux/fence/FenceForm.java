package dev.baton.datapath.linux.fence;

import dev.baton.datapath.linux.nft.NftFamily;
import java.util.List;
import java.util.Locale;

/** The two forms of the {@link Fence}, the better one first. */
public enum FenceForm {
    /** At the interfaces: no frame passes it by, whoever made it. */
    NETDEV("Linux 5.16 with CONFIG_NETFILTER_EGRESS", NftFamily.NETDEV),

    /** Where IP and ARP leave their parts of the kernel. Whoever writes frames himself passes it by. */
    INET("Linux 5.2 with CONFIG_NF_TABLES_INET and CONFIG_NF_TABLES_ARP", NftFamily.INET, NftFamily.ARP);

    private final String needs;
    private final List<NftFamily> families;

    FenceForm(String needs, NftFamily... families) {
        this.needs = needs;
        this.families = List.of(families);
    }

    /** What the kernel must have for it. */
    String needs() {
        return needs;
    }

    /** In which a table stands. The interfaces' names are read from the first. */
    public List<NftFamily> families() {
        return families;
    }

    /** As it is set and logged. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
