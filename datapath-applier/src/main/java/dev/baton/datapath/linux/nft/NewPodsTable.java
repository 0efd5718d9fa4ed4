package dev.baton.datapath.linux.nft;

import dev.baton.contract.Cidr;
import dev.baton.contract.IpAddress;
import dev.baton.contract.IpFamily;
import dev.baton.datapath.linux.nft.NftTable.Chain;
import dev.baton.datapath.linux.nft.NftTable.Elements;
import dev.baton.datapath.linux.route.TunnelDevice;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * The table that keeps connections of unknown pods from leaving the cluster, as a pure function of what it depends on.
 *
 * <p>The bound is the kernel's own, so it holds also while no agent runs: a pod's first packet puts its address into
 * two sets. From the one it goes after the wait, and then the other one, where it stays for as long as it is used, says
 * that it has waited. A packet that is dropped leaves no tracked connection, so what comes again begins anew, with the
 * source that is right by then. Where a set is full, packets pass.
 */
final class NewPodsTable {
    static final String NAME = "baton-new-pods";
    static final String HELD = "held";
    static final String LET_GO = "let-go";

    /** A pod that has waited in vain does not wait again, unless it has said nothing for this long. */
    private static final String REMEMBERED = "1h";

    private static final int MOST = 65_536;

    static final String ALIVE = "alive";
    /** A minute after an agent's last word no pod waits: nobody would learn of it; an older release knows no table. */
    static final Duration ALIVE_FOR = Duration.ofSeconds(60);

    /** Ether types, in the order of the wire. */
    static final List<byte[]> PROTOCOLS = List.of(new byte[] {0x08, 0x00}, new byte[] {(byte) 0x86, (byte) 0xdd});

    private NewPodsTable() {}

    /**
     * @param inside the cluster's networks: pods' addresses are in them, and what goes there is no egress
     * @param known addresses of this node's pods that wait for nothing
     * @param wait how long each other one waits
     */
    static NftTable of(Outside outside, SortedSet<Cidr> inside, SortedSet<IpAddress> known, Duration wait) {
        SortedMap<String, Elements> sets = new TreeMap<>();
        SortedMap<String, Chain> chains = new TreeMap<>();
        sets.put(ALIVE, new Elements("set", "type ether_type; flags timeout;", new TreeMap<>()));
        sets.put(HELD, new Elements("counter", "", new TreeMap<>()));
        sets.put(LET_GO, new Elements("counter", "", new TreeMap<>()));
        for (IpFamily family : IpFamily.values()) {
            sets.put(inside(family), PolicyTable.cidrs(family, inside));
            sets.put(known(family), addresses(family, known));
            sets.put(waiting(family), new Elements("set", type(family) + dynamic(), new TreeMap<>()));
            sets.put(waited(family), new Elements("set", type(family) + dynamic(), new TreeMap<>()));
            chains.put(unknown(family), new Chain("", unknown(family, wait)));
        }
        chains.put(
                "new-pods",
                new Chain(
                        " { type filter hook forward priority -10; policy accept; }",
                        List.of(
                                "ct state != new accept",
                                "meta protocol != @" + ALIVE + " accept",
                                "iifname " + outside.orAnyOf(TunnelDevice.NAME) + " accept",
                                toTheOutside(IpFamily.V4),
                                toTheOutside(IpFamily.V6))));
        return new NftTable(PolicyTable.FAMILY, NAME, sets, chains);
    }

    /** The transaction that makes this table where none is, or another. */
    static String replacement(NftTable table) {
        return table.replacement() + "add element " + PolicyTable.FAMILY + " " + NAME + " " + ALIVE + " { ip timeout "
                + ALIVE_FOR.toSeconds() + "s, ip6 timeout " + ALIVE_FOR.toSeconds() + "s }\n";
    }

    private static String toTheOutside(IpFamily family) {
        String source = source(family);
        return source + " @" + inside(family) + " " + PolicyTable.word(family) + " daddr != @" + inside(family) + " "
                + source + " != @" + known(family) + " goto " + unknown(family);
    }

    private static List<String> unknown(IpFamily family, Duration wait) {
        String source = source(family);
        String remember = "@" + waited(family) + " { " + source + " timeout " + REMEMBERED + " } ";
        return List.of(
                source + " @" + waiting(family) + " counter name " + HELD + " drop",
                source + " @" + waited(family) + " update " + remember + "counter name " + LET_GO + " accept",
                "add " + remember + "add @" + waiting(family) + " { " + source + " timeout " + wait.toMillis()
                        + "ms } counter name " + HELD + " drop");
    }

    static String known(IpFamily family) {
        return "known-" + digit(family);
    }

    static String waiting(IpFamily family) {
        return "waiting-" + digit(family);
    }

    static String waited(IpFamily family) {
        return "waited-" + digit(family);
    }

    private static String inside(IpFamily family) {
        return "inside-" + digit(family);
    }

    private static String unknown(IpFamily family) {
        return "unknown-" + digit(family);
    }

    private static String digit(IpFamily family) {
        return family == IpFamily.V4 ? "v4" : "v6";
    }

    private static String source(IpFamily family) {
        return PolicyTable.word(family) + " saddr";
    }

    private static String type(IpFamily family) {
        return family == IpFamily.V4 ? "type ipv4_addr;" : "type ipv6_addr;";
    }

    private static String dynamic() {
        return " size " + MOST + "; flags dynamic,timeout;";
    }

    private static Elements addresses(IpFamily family, SortedSet<IpAddress> all) {
        var entries = new TreeMap<String, String>();
        all.stream()
                .filter(address -> address.family() == family)
                .forEach(address -> entries.put(address.toString(), ""));
        return new Elements("set", type(family), entries);
    }
}
