package dev.baton.datapath.linux;

import dev.baton.contract.Eip;
import dev.baton.contract.IpAddress;
import dev.baton.contract.IpFamily;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.linux.NftTable.Chain;
import dev.baton.datapath.linux.NftTable.Elements;
import java.math.BigInteger;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The fence on the parent device. A frame with an EIP as its source (IPv4, IPv6, ARP) leaves only if this node holds
 * that EIP and its {@link FenceLease} runs. What reaches the node for an EIP that it holds is taken only while the
 * lease runs; what reaches a former holder is not stopped, so that it can hand it on.
 */
final class Fence implements AutoCloseable {
    private static final String FAMILY = "netdev";
    static final String NAME = "baton-fence";
    private static final int AT_ONCE = 1000;

    private final FenceLease lease;
    private final FenceSets sets;

    Fence(Optional<String> namespace) {
        lease = new FenceLease(namespace, System::nanoTime);
        sets = new FenceSets(namespace);
    }

    FenceLease lease() {
        return lease;
    }

    /** The table as it is made: closed, since nothing is held and no lease runs. */
    static NftTable table(String parent) {
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
        String device = " device \"" + LinuxOptions.requireInterface(parent) + "\" priority 0; policy accept; }";
        var chains = new TreeMap<String, Chain>();
        chains.put(
                "out",
                new Chain(
                        " { type filter hook egress" + device,
                        List.of(
                                "ip saddr @eip4 ip saddr != @held4 counter drop",
                                "ip saddr @eip4 meta protocol != @alive counter drop",
                                "ip6 saddr @eip6 ip6 saddr != @held6 counter drop",
                                "ip6 saddr @eip6 meta protocol != @alive counter drop",
                                "arp saddr ip @eip4 arp saddr ip != @held4 counter drop",
                                "arp saddr ip @eip4 meta protocol != @alive counter drop")));
        chains.put(
                "in",
                new Chain(
                        " { type filter hook ingress" + device,
                        List.of(
                                "ip daddr @held4 meta protocol != @alive counter drop",
                                "ip6 daddr @held6 meta protocol != @alive counter drop")));
        return new NftTable(FAMILY, NAME, sets, chains);
    }

    static String deletion() {
        return Traffic.leftovers(FAMILY, NAME)
                + new NftTable(FAMILY, NAME, new TreeMap<>(), new TreeMap<>()).deletion();
    }

    /** Opens the fence for these addresses, or closes it; also right if it is open or closed already. */
    void hold(Collection<IpAddress> addresses) throws DatapathException {
        change("held", addresses, true);
    }

    void release(Collection<IpAddress> addresses) throws DatapathException {
        change("held", addresses, false);
    }

    void releaseAll() throws DatapathException {
        sets.require(List.of(SetElements.delete("held4", List.of()), SetElements.delete("held6", List.of())));
    }

    /** Addresses that are EIPs of the fleet: frames with them are fenced. */
    void fence(Collection<IpAddress> addresses) throws DatapathException {
        change("eip", addresses, true);
    }

    void unfence(Collection<IpAddress> addresses) throws DatapathException {
        change("eip", addresses, false);
    }

    SortedSet<IpAddress> held() throws DatapathException {
        return members("held");
    }

    SortedSet<IpAddress> fenced() throws DatapathException {
        return members("eip");
    }

    static SortedSet<IpAddress> of(Eip eip) {
        return new TreeSet<>(eip.addresses());
    }

    private void change(String set, Collection<IpAddress> addresses, boolean in) throws DatapathException {
        for (IpFamily family : IpFamily.values()) {
            String name = set + (family == IpFamily.V4 ? "4" : "6");
            var keys = addresses.stream()
                    .filter(address -> address.family() == family)
                    .map(Announcement::bytes)
                    .toList();
            for (int i = 0; i < keys.size(); i += AT_ONCE) {
                var some = keys.subList(i, Math.min(keys.size(), i + AT_ONCE));
                // Adding what is there is no error, deleting what is not would be.
                sets.require(
                        in
                                ? List.of(SetElements.add(name, some))
                                : List.of(SetElements.add(name, some), SetElements.delete(name, some)));
            }
        }
    }

    private SortedSet<IpAddress> members(String set) throws DatapathException {
        var addresses = new TreeSet<IpAddress>();
        for (NftSocket.Element element : sets.elements(set + "4")) {
            addresses.add(new IpAddress(IpFamily.V4, new BigInteger(1, element.key())));
        }
        for (NftSocket.Element element : sets.elements(set + "6")) {
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
