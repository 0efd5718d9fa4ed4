package dev.baton.datapath.linux.nft;

import dev.baton.contract.Cidr;
import dev.baton.contract.Eip;
import dev.baton.contract.IpAddress;
import dev.baton.contract.IpFamily;
import dev.baton.contract.PolicyId;
import dev.baton.datapath.core.DesiredState;
import dev.baton.datapath.core.DesiredState.PolicyMatch;
import dev.baton.datapath.linux.nft.NftTable.Chain;
import dev.baton.datapath.linux.nft.NftTable.Elements;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The part that the traffic table and the guard table share: which packets are a policy's. Both use the same rules for
 * it, so both match exactly the same packets.
 */
public final class PolicyTable {
    static final String FAMILY = "inet";

    private static final SortedSet<Cidr> NO_EGRESS =
            new TreeSet<>(List.of(Cidr.parse("fe80::/10"), Cidr.parse("ff00::/8")));

    /**
     * Up to so many destinations of a policy become rules, more become a set. Each set, named or not, makes the kernel
     * slower with every other one: a table with 10,000 sets takes it 10 s, without them half a second.
     */
    private static final int FEW = 8;

    private static final List<String> NO_EGRESS_TYPES = List.of("local", "broadcast", "anycast", "multicast");

    private final SortedMap<String, Elements> sets = new TreeMap<>();
    private final SortedMap<String, Chain> chains = new TreeMap<>();

    SortedMap<String, Elements> sets() {
        return sets;
    }

    SortedMap<String, Chain> chains() {
        return chains;
    }

    NftTable named(String name) {
        return new NftTable(FAMILY, name, sets, chains);
    }

    /**
     * Adds the sets of EIPs, and of the marks of EIPs that are a node's own address. An address of this node never
     * counts as an EIP, even if it was declared as one: the node would be cut off.
     */
    void addresses(DesiredState desired, Outside outside) {
        var eip4 = new TreeMap<String, String>();
        var eip6 = new TreeMap<String, String>();
        var nodeAddress = new TreeMap<String, String>();
        desired.eips().forEach((eip, route) -> {
            eip.ipv4()
                    .filter(address -> !outside.own().contains(address))
                    .ifPresent(address -> eip4.put(address.toString(), ""));
            eip.ipv6()
                    .filter(address -> !outside.own().contains(address))
                    .ifPresent(address -> eip6.put(address.toString(), ""));
            if (eip.isNodeAddress()) {
                nodeAddress.put(route.mark().toString(), "");
            }
        });
        sets.put("eip4", new Elements("set", "type ipv4_addr;", eip4));
        sets.put("eip6", new Elements("set", "type ipv6_addr;", eip6));
        sets.put("node-address", new Elements("set", "type mark;", nodeAddress));
    }

    /**
     * Maps each source to a chain that compares the destinations of its policies, in their order. So a packet costs one
     * look-up and the rules of its own pod's policies, however many other policies there are.
     *
     * @param ofPods as {@code desired} gives them
     * @param prefix of the chains' names
     * @param verdict what happens to a packet of a policy
     * @param memory the chains that were made for this table last time
     */
    void policies(
            DesiredState desired,
            SortedMap<IpAddress, List<PolicyId>> ofPods,
            String prefix,
            Function<PolicyMatch, String> verdict,
            PolicyChains memory) {
        var types = new TreeMap<String, String>();
        NO_EGRESS_TYPES.forEach(type -> types.put(type, ""));
        sets.put("no-egress-types", new Elements("set", "type fib_addrtype;", types));
        sets.put("no-egress-v6", cidrs(IpFamily.V6, NO_EGRESS));
        sets.put("cluster-cidr-v4", cidrs(IpFamily.V4, desired.clusterCidrs()));
        sets.put("cluster-cidr-v6", cidrs(IpFamily.V6, desired.clusterCidrs()));
        SortedSet<Cidr> inside = desired.clusterCidrs();
        memory.forgetUnless(inside);
        var chainsOf = new HashMap<List<PolicyId>, PolicyChains.Made>();
        var src4 = new TreeMap<String, String>();
        var src6 = new TreeMap<String, String>();
        ofPods.forEach((source, ids) -> {
            var made = chainsOf.computeIfAbsent(
                    ids, key -> memory.of(key, desired, verdict, of -> chain(prefix, of, inside)));
            (source.family() == IpFamily.V4 ? src4 : src6).put(source.toString(), "jump " + made.name());
        });
        chainsOf.values().forEach(made -> {
            chains.put(made.name(), made.chain());
            sets.putAll(made.sets());
        });
        memory.keep(chainsOf);
        sets.put("egress-src-v4", new Elements("map", "type ipv4_addr : verdict;", src4));
        sets.put("egress-src-v6", new Elements("map", "type ipv6_addr : verdict;", src6));
    }

    /** Named by its content: equal policies share a chain, so nft has fewer chains to read. */
    private static PolicyChains.Made chain(String prefix, List<PolicyChains.Part> parts, SortedSet<Cidr> inside) {
        var rules = new LinkedHashSet<String>();
        var sets = new TreeMap<String, Elements>();
        // Packets to the node itself are no egress, whatever a policy says; nor is neighbour discovery.
        rules.add("fib daddr type @no-egress-types return");
        rules.add("ip6 daddr @no-egress-v6 return");
        for (PolicyChains.Part part : parts) {
            PolicyMatch match = part.match();
            for (IpFamily family : IpFamily.values()) {
                if (match.eip().isPresent() && !carries(match.eip().get(), family)) {
                    continue; // a policy matches the families that its EIP has
                }
                destinations(match, family, inside, sets)
                        .forEach(destination -> rules.add(destination + " " + part.verdict()));
            }
        }
        var all = List.copyOf(rules);
        return new PolicyChains.Made(parts, prefix + hash(all), new Chain("", all), sets);
    }

    private static boolean carries(Eip eip, IpFamily family) {
        return eip.isNodeAddress() || eip.addresses().stream().anyMatch(address -> address.family() == family);
    }

    /**
     * The expressions for the destinations of a policy in one family; none if it has no destination there. What is
     * inside the cluster is no egress, also if it lies in a larger network that a policy names, such as 0.0.0.0/0; it
     * is if a policy names it, or a part of it, alone.
     */
    private static List<String> destinations(
            PolicyMatch match, IpFamily family, SortedSet<Cidr> inside, SortedMap<String, Elements> sets) {
        String outside = destination(family) + "!= @cluster-cidr-" + (family == IpFamily.V4 ? "v4" : "v6");
        if (match.destinations().isEmpty()) {
            return List.of(outside);
        }
        var parts = match.destinations().stream()
                .filter(cidr -> cidr.family() == family)
                .collect(Collectors.partitioningBy(cidr -> inside.stream().anyMatch(of -> of.contains(cidr))));
        return Stream.concat(
                        within(family, parts.getOrDefault(true, List.of()), sets),
                        within(family, parts.getOrDefault(false, List.of()), sets)
                                .map(network -> network + " " + outside))
                .toList();
    }

    private static Stream<String> within(IpFamily family, List<Cidr> networks, SortedMap<String, Elements> sets) {
        if (networks.size() <= FEW) {
            return networks.stream().map(network -> destination(family) + network);
        }
        Elements elements = cidrs(family, networks);
        String set = "egress-dst-" + (family == IpFamily.V4 ? "v4-" : "v6-")
                + hash(List.copyOf(elements.entries().keySet()));
        sets.put(set, elements);
        return Stream.of(destination(family) + "@" + set);
    }

    private static String destination(IpFamily family) {
        return family == IpFamily.V4 ? "ip daddr " : "ip6 daddr ";
    }

    /** A set of those networks that are of this family. */
    static Elements cidrs(IpFamily family, Collection<Cidr> all) {
        var entries = new TreeMap<String, String>();
        all.stream().filter(cidr -> cidr.family() == family).forEach(cidr -> entries.put(cidr.toString(), ""));
        String type = family == IpFamily.V4 ? "type ipv4_addr;" : "type ipv6_addr;";
        return new Elements("set", type + " flags interval; auto-merge;", entries);
    }

    private static String hash(List<String> texts) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1")
                    .digest(String.join("\n", texts).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, 17);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }

    /** A family of addresses, as nft says it. */
    static String word(IpFamily family) {
        return switch (family) {
            case V4 -> "ip";
            case V6 -> "ip6";
        };
    }
}
