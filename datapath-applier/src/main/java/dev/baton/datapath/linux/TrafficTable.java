package dev.baton.datapath.linux;

import static dev.baton.datapath.linux.LinuxOptions.DEVICE;

import dev.baton.contract.Cidr;
import dev.baton.contract.Eip;
import dev.baton.contract.IpAddress;
import dev.baton.contract.IpFamily;
import dev.baton.contract.Mark;
import dev.baton.contract.PolicyId;
import dev.baton.datapath.core.DesiredState;
import dev.baton.datapath.core.DesiredState.PolicyMatch;
import dev.baton.datapath.linux.NftTable.Chain;
import dev.baton.datapath.linux.NftTable.Elements;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The table that marks, translates and guards, as a pure function of the desired state. It is the same on every node
 * and says nothing of who holds what: a move does not touch it.
 *
 * <p>A packet costs one hash look-up of its source, however many policies there are; only sources of policies go on to
 * a chain of their own, shared by all sources with the same policies. The chains are nft's, in a table of our own and
 * ahead of everybody's: nothing another component inserts can get in front, both families change in one transaction,
 * and there is no choice of iptables backend to get wrong. Their names are EgressGateway's.
 *
 * <p>Connection mark: 0x26 in the top byte, then 13 bits of the node that the packets come from (0: this one) and 11
 * bits of the EIP, so that replies find their way and an EIP's connections can be deleted inside the kernel.
 */
final class TrafficTable {
    static final String FAMILY = "inet";
    static final String NAME = "baton";
    static final String LEAKS = "leaks";

    private static final int EIP_BITS = 11;
    static final int EIP_MASK = (1 << EIP_BITS) - 1;
    private static final int NODE_MASK = 0x1fff;
    private static final int COMMENT_LIMIT = 120;

    private static final String OURS = "& 0xff000000 == 0x26000000";
    private static final String EIP_MARKED = "& 0xfff00000 == 0x26100000";
    private static final String NOT_EIP_MARKED = "& 0xfff00000 != 0x26100000";
    private static final int NODE_BITS = NODE_MASK << EIP_BITS;
    private static final String NOT_OWN_POD = String.format("& 0x%08x != 0x%08x", Mark.MASK | NODE_BITS, Mark.BASE);
    private static final String IN_TUNNEL = "iifname \"" + DEVICE + "\" ";
    private static final String TO_TUNNEL = "oifname \"" + DEVICE + "\" ";
    private static final String NOT_TO_TUNNEL = "oifname != \"" + DEVICE + "\" ";

    private static final SortedSet<Cidr> NO_EGRESS =
            new TreeSet<>(List.of(Cidr.parse("fe80::/10"), Cidr.parse("ff00::/8")));

    private final SortedMap<String, Elements> sets = new TreeMap<>();
    private final SortedMap<String, Chain> chains = new TreeMap<>();

    private TrafficTable() {}

    static NftTable of(DesiredState desired, String parent) {
        var table = new TrafficTable();
        table.addresses(desired);
        table.peers(desired);
        table.policies(desired);
        table.hooks(LinuxOptions.requireInterface(parent));
        return new NftTable(FAMILY, NAME, table.sets, table.chains);
    }

    /** What {@code conntrack -m} needs to find the connections of an EIP: those of this node's pods, or all. */
    static String connectionMark(Mark eip, boolean localOnly) {
        int mask = localOnly ? 0xffffffff : Mark.MASK | EIP_MASK;
        return String.format("0x%08x/0x%08x", Mark.BASE | eip.value() & EIP_MASK, mask);
    }

    private static int sourceMark(Mark node) {
        return Mark.BASE | (node.value() & NODE_MASK) << EIP_BITS;
    }

    private void addresses(DesiredState desired) {
        var eip4 = new TreeMap<String, String>();
        var eip6 = new TreeMap<String, String>();
        var snat4 = new TreeMap<String, String>();
        var snat6 = new TreeMap<String, String>();
        var nodeAddress = new TreeMap<String, String>();
        desired.eips().forEach((eip, route) -> {
            String mark = route.mark().toString();
            eip.ipv4().ifPresent(address -> {
                eip4.put(address.toString(), "");
                snat4.put(mark, address.toString());
            });
            eip.ipv6().ifPresent(address -> {
                eip6.put(address.toString(), "");
                snat6.put(mark, address.toString());
            });
            if (eip.isNodeAddress()) {
                nodeAddress.put(mark, "");
            }
        });
        sets.put("eip4", new Elements("set", "type ipv4_addr;", eip4));
        sets.put("eip6", new Elements("set", "type ipv6_addr;", eip6));
        sets.put("snat4", new Elements("map", "type mark : ipv4_addr;", snat4));
        sets.put("snat6", new Elements("map", "type mark : ipv6_addr;", snat6));
        sets.put("node-address", new Elements("set", "type mark;", nodeAddress));
    }

    private void peers(DesiredState desired) {
        var from = new TreeMap<String, String>();
        var back = new TreeMap<String, String>();
        desired.peers().values().forEach(tunnel -> {
            String source = String.format("0x%08x", sourceMark(tunnel.mark()));
            from.put(tunnel.mac().toString(), source);
            back.put(source, tunnel.mark().toString());
        });
        sets.put("from-node", new Elements("map", "type ether_addr : mark;", from));
        sets.put("back-to-node", new Elements("map", "type mark : mark;", back));
    }

    private void policies(DesiredState desired) {
        sets.put("no-egress-v6", cidrs(IpFamily.V6, NO_EGRESS));
        sets.put("cluster-cidr-v4", cidrs(IpFamily.V4, desired.clusterCidrs()));
        sets.put("cluster-cidr-v6", cidrs(IpFamily.V6, desired.clusterCidrs()));
        var bySource = new TreeMap<IpAddress, List<PolicyId>>();
        // A policy of a namespace says more than one of the cluster, so it is asked first; else by name.
        desired.policies().keySet().stream()
                .sorted(Comparator.comparing(PolicyId::isCluster).thenComparing(Comparator.naturalOrder()))
                .forEach(id -> Optional.ofNullable(desired.policies().get(id)).stream()
                        .flatMap(match -> match.sources().stream())
                        .forEach(source -> bySource.computeIfAbsent(source, key -> new ArrayList<>())
                                .add(id)));
        var rulesOf = new HashMap<List<PolicyId>, List<String>>();
        var src4 = new TreeMap<String, String>();
        var src6 = new TreeMap<String, String>();
        bySource.forEach((source, ids) -> {
            var rules = rulesOf.computeIfAbsent(ids, key -> rules(ids, desired));
            // By content: policies that say the same share a chain, and the kernel's tools have less to look at.
            var chain = "egress-policy-" + hash(rules);
            (source.family() == IpFamily.V4 ? src4 : src6).put(source.toString(), "jump " + chain);
            chains.put(chain, new Chain("", rules));
        });
        sets.put("egress-src-v4", new Elements("map", "type ipv4_addr : verdict;", src4));
        sets.put("egress-src-v6", new Elements("map", "type ipv6_addr : verdict;", src6));
    }

    private List<String> rules(List<PolicyId> ids, DesiredState desired) {
        var rules = new ArrayList<String>();
        // What the node itself answers is no egress, whatever a policy says; nor is neighbour discovery.
        rules.add("fib daddr type { local, broadcast, anycast, multicast } return");
        rules.add("ip6 daddr @no-egress-v6 return");
        for (PolicyId id : ids) {
            PolicyMatch match = desired.policies().get(id);
            if (match == null) {
                continue;
            }
            for (IpFamily family : IpFamily.values()) {
                target(match, family).ifPresent(target -> {
                    var route = match.eip().map(desired.eips()::get);
                    if (match.eip().isPresent() && !carries(match.eip().get(), family)) {
                        return; // the policy is about the families that its EIP has
                    }
                    String verdict = route.map(r -> mark(r.mark())).orElse("counter drop");
                    String eip = match.eip().map(Eip::toString).orElse("no EIP yet");
                    rules.add(target.expression(sets) + " " + verdict + " comment \"" + comment(eip) + "\"");
                });
            }
        }
        return rules;
    }

    private static boolean carries(Eip eip, IpFamily family) {
        return eip.isNodeAddress() || eip.addresses().stream().anyMatch(address -> address.family() == family);
    }

    private static String mark(Mark eip) {
        int key = Mark.BASE | eip.value() & EIP_MASK;
        return String.format(
                "meta mark set %s ct mark set ct mark & 0x%08x | 0x%08x accept", eip, ~(Mark.MASK | EIP_MASK), key);
    }

    /** The destinations of one policy in one family; empty text: all but the cluster's. */
    private record Target(IpFamily family, Optional<Elements> destinations) {
        String expression(SortedMap<String, Elements> sets) {
            String version = family == IpFamily.V4 ? "v4" : "v6";
            String field = family == IpFamily.V4 ? "ip daddr " : "ip6 daddr ";
            if (destinations.isEmpty()) {
                return field + "!= @cluster-cidr-" + version;
            }
            var cidrs = List.copyOf(destinations.get().entries().keySet());
            if (cidrs.size() == 1) {
                return field + cidrs.getFirst();
            }
            String set = "egress-dst-" + version + "-" + hash(cidrs);
            sets.put(set, destinations.get());
            return field + "@" + set;
        }
    }

    private static Optional<Target> target(PolicyMatch match, IpFamily family) {
        if (match.destinations().isEmpty()) {
            return Optional.of(new Target(family, Optional.empty()));
        }
        Elements cidrs = cidrs(family, match.destinations());
        return cidrs.entries().isEmpty() ? Optional.empty() : Optional.of(new Target(family, Optional.of(cidrs)));
    }

    private static Elements cidrs(IpFamily family, SortedSet<Cidr> all) {
        var entries = new TreeMap<String, String>();
        all.stream().filter(cidr -> cidr.family() == family).forEach(cidr -> entries.put(cidr.toString(), ""));
        String type = family == IpFamily.V4 ? "type ipv4_addr;" : "type ipv6_addr;";
        return new Elements("set", type + " flags interval; auto-merge;", entries);
    }

    private void hooks(String parent) {
        chains.put(
                "EGRESSGATEWAY-REPLY-ROUTING",
                new Chain(
                        "",
                        List.of("ct mark " + OURS
                                + String.format(" meta mark set ct mark & 0x%08x map @back-to-node", ~EIP_MASK)
                                + " comment \"replies go back through the tunnel they came from\"")));
        chains.put(
                "EGRESSGATEWAY-MARK-REQUEST",
                new Chain(
                        "",
                        List.of(
                                "ip saddr vmap @egress-src-v4 comment \"one look-up, whatever the number of policies\"",
                                "ip6 saddr vmap @egress-src-v6")));
        chains.put(
                "EGRESSGATEWAY-SNAT-EIP",
                new Chain(
                        "",
                        List.of(
                                "snat ip to meta mark map @snat4",
                                "snat ip6 to meta mark map @snat6",
                                "meta mark @node-address masquerade comment \"useNodeIP\"")));
        chains.put(
                "raw",
                new Chain(
                        " { type filter hook prerouting priority -310; policy accept; }",
                        List.of(
                                IN_TUNNEL
                                        + "ip saddr @eip4 drop comment \"translated by a stale entry of a former"
                                        + " holder\"",
                                IN_TUNNEL + "ip6 saddr @eip6 drop")));
        chains.put(
                "prerouting",
                new Chain(
                        " { type filter hook prerouting priority -160; policy accept; }",
                        List.of(
                                "ct direction reply jump EGRESSGATEWAY-REPLY-ROUTING",
                                // A former holder relays to its successor what the successor's own pods sent it.
                                IN_TUNNEL + "ct direction original ct mark " + NOT_OWN_POD
                                        + " ct mark set ether saddr map @from-node",
                                "iifname != \"" + DEVICE + "\" ct direction original ct mark " + OURS + " ct mark"
                                        + String.format(" & 0x%08x != 0", NODE_BITS) + " ct mark set ct mark"
                                        + String.format(" & 0x%08x", ~NODE_BITS) + " comment \"straight from its pod\"",
                                "ct direction original jump EGRESSGATEWAY-MARK-REQUEST",
                                IN_TUNNEL + "ct direction original meta mark " + NOT_EIP_MARKED
                                        + " fib daddr type != local counter drop comment \"a policy this node does not"
                                        + " know yet\"",
                                "ct direction original ct mark " + OURS + " meta mark " + NOT_EIP_MARKED
                                        + " ct mark set 0 comment \"its policy is gone\"")));
        chains.put(
                "input",
                new Chain(
                        " { type filter hook input priority -10; policy accept; }",
                        List.of(
                                "ip6 daddr @eip6 icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept",
                                "ip daddr @eip4 drop comment \"an EIP is no address of this node's services\"",
                                "ip6 daddr @eip6 drop")));
        chains.put(
                "postrouting",
                new Chain(
                        " { type filter hook postrouting priority -160; policy accept; }",
                        List.of(
                                TO_TUNNEL + "tcp flags & (syn | rst) == syn tcp option maxseg size set rt mtu",
                                TO_TUNNEL + "meta mark " + OURS
                                        + " meta mark set 0x26000000 comment \"the outer packet is routed by the main"
                                        + " table\"")));
        chains.put(
                "nat",
                new Chain(
                        " { type nat hook postrouting priority 90; policy accept; }",
                        List.of(
                                TO_TUNNEL + "meta mark " + OURS
                                        + " snat ip to ip saddr comment \"no masquerade by the CNI\"",
                                TO_TUNNEL + "meta mark " + OURS + " snat ip6 to ip6 saddr",
                                NOT_TO_TUNNEL + "meta mark " + EIP_MARKED + " jump EGRESSGATEWAY-SNAT-EIP")));
        chains.put(
                "leak-guard",
                new Chain(
                        " { type filter hook postrouting priority 200; policy accept; }",
                        List.of(
                                "oifname != { \"" + DEVICE + "\", \"lo\", \"" + parent
                                        + "\" } ip saddr @eip4 counter name " + LEAKS
                                        + " drop comment \"an EIP leaves through the fence or not at all\"",
                                "oifname != { \"" + DEVICE + "\", \"lo\", \"" + parent
                                        + "\" } ip6 saddr @eip6 counter name " + LEAKS + " drop",
                                NOT_TO_TUNNEL + "ct direction original ct mark " + OURS + " jump wrong-source")));
        chains.put(
                "wrong-source",
                new Chain(
                        "",
                        List.of(
                                "ip saddr @eip4 return",
                                "ip6 saddr @eip6 return",
                                "meta mark @node-address return",
                                "counter name " + LEAKS + " drop")));
        sets.put(LEAKS, new Elements("counter", "", new TreeMap<>()));
    }

    private static String comment(String text) {
        return text.length() <= COMMENT_LIMIT ? text : text.substring(0, COMMENT_LIMIT);
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
}
