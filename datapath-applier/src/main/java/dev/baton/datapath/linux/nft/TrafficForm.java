package dev.baton.datapath.linux.nft;

import java.util.Locale;

/** The two forms of what marks and translates packets. The guard and the fence are nft tables in both. */
public enum TrafficForm {
    /** One nft table. */
    NFT,

    /**
     * Chains of iptables and sets of ipset, as EgressGateway makes them. An nft table beside them does what iptables
     * cannot: {@link BesideIptables}.
     */
    IPTABLES;

    /** As it is logged. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
