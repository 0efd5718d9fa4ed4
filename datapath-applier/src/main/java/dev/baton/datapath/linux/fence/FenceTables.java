package dev.baton.datapath.linux.fence;

import dev.baton.contract.DatapathFault;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.linux.nft.ManagedTable;
import dev.baton.datapath.linux.nft.NftFamily;
import dev.baton.datapath.linux.nft.NftTable;
import dev.baton.datapath.linux.nft.NftTable.Chain;
import dev.baton.datapath.linux.nft.NftTable.Elements;
import dev.baton.datapath.linux.route.Parent;
import dev.baton.datapath.linux.tool.RunTool;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The {@link Fence}'s tables: a pair of chains for each interface, which all ask the same sets. */
public final class FenceTables {
    public static final String NAME = "baton-fence";

    private static final String OUT = "out-";
    private static final String IN = "in-";

    /** The sets that a table for ARP has; the others have all. */
    private static final List<String> SETS_OF_ARP = List.of("alive", "eip4", "held4");

    private static final List<String> OUTGOING = List.of(
            "ip saddr @eip4 ip saddr != @held4 counter drop",
            "ip saddr @eip4 meta protocol != @alive counter drop",
            "ip6 saddr @eip6 ip6 saddr != @held6 counter drop",
            "ip6 saddr @eip6 meta protocol != @alive counter drop");

    private static final List<String> OUTGOING_ARP = List.of(
            "arp saddr ip @eip4 arp saddr ip != @held4 counter drop",
            "arp saddr ip @eip4 meta protocol != @alive counter drop");

    private static final List<String> INCOMING = List.of(
            "ip daddr @held4 meta protocol != @alive counter drop",
            "ip6 daddr @held6 meta protocol != @alive counter drop");

    private FenceTables() {}

    /** A table as it is made: closed on all of these interfaces, because nothing is held and no lease runs. */
    static NftTable of(NftFamily family, Collection<String> interfaces) {
        var sets = new TreeMap<String, Elements>();
        sets.put("alive", new Elements("set", "type ether_type; flags timeout;", new TreeMap<>()));
        sets.put("guard", new Elements("set", "type mark; flags timeout;", new TreeMap<>()));
        sets.put("probe", new Elements("set", "type mark; flags timeout;", new TreeMap<>()));
        for (String set : List.of("eip4", "held4")) {
            sets.put(set, new Elements("set", "type ipv4_addr;", new TreeMap<>()));
        }
        for (String set : List.of("eip6", "held6")) {
            sets.put(set, new Elements("set", "type ipv6_addr;", new TreeMap<>()));
        }
        sets.keySet().removeIf(set -> !has(family, set));
        var chains = new TreeMap<String, Chain>();
        interfaces.forEach(name -> chains(family, Parent.requireName(name), chains));
        return new NftTable(family.word(), NAME, sets, chains);
    }

    public static List<NftTable> of(FenceForm form, Collection<String> interfaces) {
        return form.families().stream().map(family -> of(family, interfaces)).toList();
    }

    static boolean has(NftFamily family, String set) {
        return family != NftFamily.ARP || SETS_OF_ARP.contains(set);
    }

    private static void chains(NftFamily family, String name, TreeMap<String, Chain> chains) {
        switch (family) {
            case NETDEV -> {
                String device = " device \"" + name + "\" priority 0";
                chains.put(OUT + name, chain("egress" + device, OUTGOING.stream(), OUTGOING_ARP.stream()));
                chains.put(IN + name, chain("ingress" + device, INCOMING.stream()));
            }
            case INET -> {
                // Behind everything that translates a source; before a connection is entered among the tracked.
                chains.put(OUT + name, chain("postrouting priority 1000", except("oif", name), OUTGOING.stream()));
                // Before connections are tracked.
                chains.put(IN + name, chain("prerouting priority -350", except("iif", name), INCOMING.stream()));
            }
            case ARP -> chains.put(OUT + name, chain("output priority 0", except("oif", name), OUTGOING_ARP.stream()));
        }
    }

    @SafeVarargs
    private static Chain chain(String hook, Stream<String>... rules) {
        return new Chain(
                " { type filter hook " + hook + "; policy accept; }",
                Stream.of(rules).flatMap(some -> some).toList());
    }

    /** A chain of these families meets the packets of all interfaces. */
    private static Stream<String> except(String which, String name) {
        return Stream.of(which + "name != \"" + name + "\" accept");
    }

    /** The interfaces that a fence stands on, by how nft lists it; none if there is no fence. */
    static SortedSet<String> interfaces(String listing) {
        var interfaces = new TreeSet<String>();
        for (String line : listing.lines().map(String::strip).toList()) {
            if (line.startsWith("chain " + OUT) && line.endsWith(" {")) {
                interfaces.add(line.substring(("chain " + OUT).length(), line.length() - 2));
            }
        }
        return interfaces;
    }

    /** The families in which a table of the fence stands, of whichever form. */
    public static List<NftFamily> standing(RunTool tools) throws DatapathException {
        return families(tools, NAME::equals);
    }

    /** The commands that delete the fences of both forms. An older kernel does not even know all families. */
    public static String deletion(RunTool tools) throws DatapathException {
        return deletion(families(tools, name -> name.startsWith(NAME)));
    }

    static String deletion(Collection<NftFamily> families) {
        return families.stream()
                .map(family -> ManagedTable.deletion(family.word(), NAME))
                .collect(Collectors.joining());
    }

    private static List<NftFamily> families(RunTool tools, Predicate<String> named) throws DatapathException {
        var tables = tools.require(DatapathFault.FIREWALL, "", "nft", "list", "tables");
        var families = new ArrayList<NftFamily>();
        for (NftFamily family : NftFamily.values()) {
            String begin = "table " + family.word() + " ";
            if (tables.lines().anyMatch(line -> line.startsWith(begin) && named.test(line.substring(begin.length())))) {
                families.add(family);
            }
        }
        return families;
    }
}
