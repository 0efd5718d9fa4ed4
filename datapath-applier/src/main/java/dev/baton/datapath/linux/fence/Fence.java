package dev.baton.datapath.linux.fence;

import dev.baton.contract.IpAddress;
import dev.baton.contract.IpFamily;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.linux.netlink.NetlinkAttributes;
import dev.baton.datapath.linux.nft.ManagedTable;
import dev.baton.datapath.linux.nft.NftTable;
import dev.baton.datapath.linux.nft.NftTable.Chain;
import dev.baton.datapath.linux.nft.NftTable.Elements;
import dev.baton.datapath.linux.nft.SetElements;
import dev.baton.datapath.linux.route.Parent;
import java.math.BigInteger;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The fence on the node's interfaces. A frame with an EIP as its source (IPv4, IPv6, ARP) leaves only if this node
 * holds that EIP and its {@link FenceLease} runs. A frame to an EIP that this node holds is taken only while the lease
 * runs. A frame that reaches a former holder is not stopped, so that it can be relayed.
 */
public final class Fence implements AutoCloseable {
    private static final String FAMILY = "netdev";
    public static final String NAME = FenceSets.TABLE;
    private static final int AT_ONCE = 1000;
    private static final String OUT = "out-";
    private static final String IN = "in-";

    private static final List<String> OUTGOING = List.of(
            "ip saddr @eip4 ip saddr != @held4 counter drop",
            "ip saddr @eip4 meta protocol != @alive counter drop",
            "ip6 saddr @eip6 ip6 saddr != @held6 counter drop",
            "ip6 saddr @eip6 meta protocol != @alive counter drop",
            "arp saddr ip @eip4 arp saddr ip != @held4 counter drop",
            "arp saddr ip @eip4 meta protocol != @alive counter drop");

    private static final List<String> INCOMING = List.of(
            "ip daddr @held4 meta protocol != @alive counter drop",
            "ip6 daddr @held6 meta protocol != @alive counter drop");

    private final FenceLease lease;
    private final FenceSets sets;

    public Fence(Optional<String> namespace) {
        lease = new FenceLease(namespace, System::nanoTime);
        sets = new FenceSets(namespace);
    }

    public FenceLease lease() {
        return lease;
    }

    /** The table as it is made: closed on all of these interfaces, because nothing is held and no lease runs. */
    public static NftTable table(Collection<String> interfaces) {
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
        var chains = new TreeMap<String, Chain>();
        for (String name : interfaces) {
            String device = " device \"" + Parent.requireName(name) + "\" priority 0; policy accept; }";
            chains.put(OUT + name, new Chain(" { type filter hook egress" + device, OUTGOING));
            chains.put(IN + name, new Chain(" { type filter hook ingress" + device, INCOMING));
        }
        return new NftTable(FAMILY, NAME, sets, chains);
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

    public static String deletion() {
        return ManagedTable.deletion(FAMILY, NAME);
    }

    /** Opens the fence for these addresses; correct also if it is open already. */
    void hold(Collection<IpAddress> addresses) throws DatapathException {
        change("held", addresses, true);
    }

    /** Closes the fence for these addresses; correct also if it is closed already. */
    void release(Collection<IpAddress> addresses) throws DatapathException {
        change("held", addresses, false);
    }

    public void releaseAll() throws DatapathException {
        sets.require(List.of(SetElements.delete("held4", List.of()), SetElements.delete("held6", List.of())));
    }

    /** Adds EIPs of the fleet: frames with them as their source are fenced from now on. */
    void fence(Collection<IpAddress> addresses) throws DatapathException {
        change("eip", addresses, true);
    }

    void unfence(Collection<IpAddress> addresses) throws DatapathException {
        change("eip", addresses, false);
    }

    SortedSet<IpAddress> held() throws DatapathException {
        return members("held");
    }

    /** The addresses whose frames are fenced. */
    public SortedSet<IpAddress> fenced() throws DatapathException {
        return members("eip");
    }

    private void change(String set, Collection<IpAddress> addresses, boolean in) throws DatapathException {
        for (IpFamily family : IpFamily.values()) {
            String name = set + (family == IpFamily.V4 ? "4" : "6");
            var keys = addresses.stream()
                    .filter(address -> address.family() == family)
                    .map(NetlinkAttributes::address)
                    .toList();
            for (int i = 0; i < keys.size(); i += AT_ONCE) {
                var some = keys.subList(i, Math.min(keys.size(), i + AT_ONCE));
                // Adding an element twice is no error, but deleting a missing one is: so it is added first.
                sets.require(
                        in
                                ? List.of(SetElements.add(name, some))
                                : List.of(SetElements.add(name, some), SetElements.delete(name, some)));
            }
        }
    }

    private SortedSet<IpAddress> members(String set) throws DatapathException {
        var addresses = new TreeSet<IpAddress>();
        for (SetElements.Element element : sets.elements(set + "4")) {
            addresses.add(new IpAddress(IpFamily.V4, new BigInteger(1, element.key())));
        }
        for (SetElements.Element element : sets.elements(set + "6")) {
            addresses.add(new IpAddress(IpFamily.V6, new BigInteger(1, element.key())));
        }
        return addresses;
    }

    @Override
    public void close() {
        lease.close();
        sets.close();
    }
}
