package dev.baton.datapath.linux.nft;

import dev.baton.contract.Eip;
import dev.baton.contract.IpAddress;
import dev.baton.contract.Mark;
import dev.baton.contract.PolicyId;
import dev.baton.contract.Tunnel;
import dev.baton.datapath.core.DesiredState;
import dev.baton.datapath.core.DesiredState.TunnelSubnets;
import dev.baton.datapath.linux.conntrack.ConnectionMark;
import dev.baton.datapath.linux.netlink.PacketReceiver;
import dev.baton.datapath.linux.nft.NftTable.Chain;
import dev.baton.datapath.linux.nft.NftTable.Elements;
import dev.baton.datapath.linux.route.TunnelDevice;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The table that marks and translates, as a pure function of the desired state. It is the same on every node and does
 * not depend on who holds which EIP: a move does not touch it. {@link GuardTable} stops packets that it misses.
 *
 * <p>A packet costs one hash look-up of its source, however many policies there are. Only sources of policies continue
 * to a chain, which all sources with the same policies share. The chains are in a table of Baton's own: no other
 * component can insert a rule into them, both families change in one transaction, and there is no iptables backend to
 * choose. Packets meet them once the cluster has translated its services. Their names are EgressGateway's.
 *
 * <p>Connection mark: 0x26 in the top byte, then 13 bits of the node that the packets come from (0: this one) and 11
 * bits of the EIP. By it replies find their way back, and the kernel can delete an EIP's connections by itself.
 *
 * <p>The kernel translates a connection for its whole life as its first packet was translated. So the mark also
 * records which EIP was wanted then. If another EIP, or none, is wanted now, the packet is dropped and counted in
 * {@value #OLDER}, and its connection is marked {@link #OLDER_MARK} to be deleted; the flow's next packet begins a new
 * one. A TCP connection cannot continue from another address, so its client gets a reset at once. Somebody else may
 * have changed the mark, as EgressGateway's rules do: a connection that is translated to the wanted EIP gets it back.
 */
public final class TrafficTable {
    public static final String NAME = "baton";
    static final String HANDING_OVER = "baton-handover";
    static final String OLDER = "older-flows";
    /**
     * Leads a packet of ours that no policy covers to the end of its connection. When somebody deletes the table, the
     * kernel empties its maps in the order in which they were made, and packets still meet the rules for some time: a
     * packet that finds no policy then must not find the end of its connection either. So the end is in a map too, and
     * by its name the first that is made.
     */
    private static final String ABSENT_POLICY = "absent-policy";

    /** Of connections that began when another EIP, or none, was wanted. */
    public static final ConnectionMark OLDER_MARK = new ConnectionMark(0x26ffffff, 0xffffffff);

    /**
     * Another node's probe of the path through this node is forwarded back into the tunnel, and only there, whether or
     * not its source's policy is known here. One of this node's own that has come back ends: its sender has it already.
     */
    private static final String PATH_PROBE = "path-probe";

    /** EgressGateway's names, which its users look for: in table inet baton, or in those of iptables. */
    public static final String MARK_REQUEST = "EGRESSGATEWAY-MARK-REQUEST";

    public static final String SNAT_EIP = "EGRESSGATEWAY-SNAT-EIP";

    private static final String REPLY_ROUTING = "EGRESSGATEWAY-REPLY-ROUTING";
    private static final String OLDER_FLOW = "EGRESSGATEWAY-OLDER-FLOW";
    private static final String SOURCE_NODE = "EGRESSGATEWAY-SOURCE-NODE";

    private static final int EIP_BITS = 11;
    static final int EIP_MASK = (1 << EIP_BITS) - 1;
    private static final int NODE_MASK = 0x1fff;
    private static final int COMMENT_LIMIT = 120;

    static final String OURS = "& 0xff000000 == 0x26000000";
    static final String EIP_MARKED = "& 0xfff00000 == 0x26100000";
    private static final String NOT_EIP_MARKED = "& 0xfff00000 != 0x26100000";
    private static final int NODE_BITS = NODE_MASK << EIP_BITS;
    /** In the mark of a connection that was taken over; its next packet says which node it is. */
    static final int UNKNOWN_NODE = NODE_BITS;

    private static final String NOT_OWN_POD = String.format("& 0x%08x != 0x%08x", Mark.MASK | NODE_BITS, Mark.BASE);
    private static final String IN_TUNNEL = "iifname \"" + TunnelDevice.NAME + "\" ";
    private static final String NOT_IN_TUNNEL = "iifname != \"" + TunnelDevice.NAME + "\" ";
    private static final String TO_TUNNEL = "oifname \"" + TunnelDevice.NAME + "\" ";
    private static final String NOT_TO_TUNNEL = "oifname != \"" + TunnelDevice.NAME + "\" ";

    private static final String BACK_TO_NODE = "back-to-node";

    private static final List<String> REPLIES = List.of(
            "ct mark " + OURS + " meta mark " + OURS
                    + " meta mark set 0 comment \"EgressGateway's rules read this connection mark as a node's\"",
            "ct mark " + OURS + String.format(" meta mark set ct mark & 0x%08x map @" + BACK_TO_NODE, ~EIP_MASK)
                    + " comment \"replies go back through the tunnel they came from\"");

    private final PolicyTable policyTable = new PolicyTable();
    private final SortedMap<String, Elements> sets = policyTable.sets();
    private final SortedMap<String, Chain> chains = policyTable.chains();

    private TrafficTable() {}

    /** @param outside by which frames of the segments arrive */
    public static NftTable of(
            DesiredState desired, SortedMap<IpAddress, List<PolicyId>> ofPods, Outside outside, PolicyChains memory) {
        var table = new TrafficTable();
        table.addresses(desired, outside);
        table.peers(desired);
        table.policies(desired, ofPods, memory);
        table.hooks(outside, desired.subnets());
        return table.policyTable.named(NAME);
    }

    /** One that ends no connection that it does not know: its packets are dropped, and come again. */
    static NftTable sparingOlderFlows(NftTable table) {
        var chains = new TreeMap<>(table.chains());
        chains.put(OLDER_FLOW, new Chain("", List.of("counter name " + OLDER + " drop")));
        return new NftTable(table.family(), table.name(), table.sets(), chains);
    }

    /** The tracked connections of an EIP, of pods on any node. */
    public static ConnectionMark connectionsOf(Mark eip) {
        return new ConnectionMark(Mark.BASE | eip.value() & EIP_MASK, Mark.MASK | EIP_MASK);
    }

    /**
     * A connection's mark as EgressGateway's rules know it: the mark of the node that its packets come from through the
     * tunnel, or none.
     */
    public static OptionalInt handedOver(int mark) {
        if ((mark & Mark.MASK) != Mark.BASE) {
            return OptionalInt.empty();
        }
        int node = (mark & NODE_BITS) >> EIP_BITS;
        boolean isKnown = node != 0 && node != NODE_MASK;
        return OptionalInt.of(isKnown ? Mark.BASE | node : 0);
    }

    static int sourceMark(Mark node) {
        return Mark.BASE | (node.value() & NODE_MASK) << EIP_BITS;
    }

    private void addresses(DesiredState desired, Outside outside) {
        policyTable.addresses(desired, outside);
        var snat4 = new TreeMap<String, String>();
        var snat6 = new TreeMap<String, String>();
        desired.eips().forEach((eip, route) -> {
            String mark = route.mark().toString();
            eip.ipv4().ifPresent(address -> snat4.put(mark, address.toString()));
            eip.ipv6().ifPresent(address -> snat6.put(mark, address.toString()));
        });
        sets.put("snat4", new Elements("map", "type mark : ipv4_addr;", snat4));
        sets.put("snat6", new Elements("map", "type mark : ipv6_addr;", snat6));
    }

    private void peers(DesiredState desired) {
        var from = new TreeMap<String, String>();
        desired.peers().values().forEach(tunnel -> from.put(tunnel.mac().toString(), sourceText(tunnel)));
        sets.put("from-node", new Elements("map", "type ether_addr : mark;", from));
        sets.put(BACK_TO_NODE, backToNode(desired));
    }

    private static String sourceText(Tunnel tunnel) {
        return String.format("0x%08x", sourceMark(tunnel.mark()));
    }

    private static Elements backToNode(DesiredState desired) {
        var back = new TreeMap<String, String>();
        desired.peers()
                .values()
                .forEach(tunnel -> back.put(sourceText(tunnel), tunnel.mark().toString()));
        return new Elements("map", "type mark : mark;", back);
    }

    /**
     * What is left of the table while a node is handed over to EgressGateway: replies of connections that have Baton's
     * marks still go where the marks say. Behind EgressGateway's rules (-150), and before packets are routed.
     */
    public static NftTable handingOver(DesiredState desired) {
        var chain = new Chain(
                " { type filter hook prerouting priority -149; policy accept; }",
                REPLIES.stream().map(rule -> "ct direction reply " + rule).toList());
        return new NftTable(
                PolicyTable.FAMILY,
                HANDING_OVER,
                new TreeMap<>(Map.of(BACK_TO_NODE, backToNode(desired))),
                new TreeMap<>(Map.of("replies", chain)));
    }

    private void policies(DesiredState desired, SortedMap<IpAddress, List<PolicyId>> ofPods, PolicyChains memory) {
        var verdicts = new HashMap<Optional<Eip>, String>();
        policyTable.policies(
                desired,
                ofPods,
                "egress-policy-",
                match -> verdicts.computeIfAbsent(match.eip(), eip -> verdict(desired, eip)),
                memory);
    }

    private String verdict(DesiredState desired, Optional<Eip> eip) {
        String verdict = eip.flatMap(wanted -> Optional.ofNullable(
                                desired.eips().get(wanted))
                        .map(route -> "goto " + chainOf(wanted, route.mark())))
                .orElse("counter drop");
        return verdict + " comment \"" + comment(eip.map(Eip::toString).orElse("no EIP yet")) + "\"";
    }

    /** Makes the chain that marks a packet for this EIP. */
    private String chainOf(Eip eip, Mark mark) {
        int key = Mark.BASE | mark.value() & EIP_MASK;
        String number = Integer.toHexString(mark.value());
        String name = "egress-eip-" + number;
        String otherMark = "egress-other-mark-" + number;
        chains.put(
                name,
                new Chain(
                        "",
                        List.of(
                                String.format(
                                        "ct status confirmed ct mark & 0x%08x != 0x%08x jump %s",
                                        Mark.MASK | EIP_MASK, key, otherMark),
                                "meta mark set " + mark,
                                "jump " + SOURCE_NODE,
                                String.format(
                                        "ct mark set ct mark & 0x%08x | 0x%08x accept",
                                        ~(Mark.MASK | EIP_MASK), key))));
        String taken = String.format(" ct mark set 0x%08x return", key | UNKNOWN_NODE);
        chains.put(
                otherMark,
                new Chain(
                        "",
                        Stream.concat(
                                        eip.addresses().stream()
                                                .map(address ->
                                                        "ct status snat ct reply " + PolicyTable.word(address.family())
                                                                + " daddr " + address + taken),
                                        Stream.of("goto " + OLDER_FLOW))
                                .toList()));
        return name;
    }

    private void hooks(Outside outside, TunnelSubnets subnets) {
        String fromSegment = "iifname " + outside.anyOf() + " ";
        chains.put(REPLY_ROUTING, new Chain("", REPLIES));
        sets.put(OLDER, new Elements("counter", "", new TreeMap<>()));
        var ends = new TreeMap<>(Map.of("ipv4", "goto " + OLDER_FLOW, "ipv6", "goto " + OLDER_FLOW));
        sets.put(ABSENT_POLICY, new Elements("map", "type nf_proto : verdict;", ends));
        chains.put(
                OLDER_FLOW,
                new Chain(
                        "",
                        List.of(
                                "counter name " + OLDER + String.format(" ct mark set 0x%08x", OLDER_MARK.mark()),
                                NOT_IN_TUNNEL + "meta l4proto tcp reject with tcp reset",
                                "drop")));
        chains.put(
                SOURCE_NODE,
                new Chain(
                        "",
                        List.of(
                                // A former holder relays packets to its successor that the successor's own pods sent.
                                IN_TUNNEL + "ct direction original ct mark " + NOT_OWN_POD
                                        + " ct mark set ether saddr map @from-node",
                                NOT_IN_TUNNEL + "ct direction original ct mark " + OURS + " ct mark"
                                        + String.format(" & 0x%08x != 0", NODE_BITS) + " ct mark set ct mark"
                                        + String.format(" & 0x%08x", ~NODE_BITS)
                                        + " comment \"straight from its pod\"")));
        chains.put(
                MARK_REQUEST,
                new Chain(
                        "",
                        List.of(
                                "ip saddr vmap @egress-src-v4 comment \"one look-up, whatever the number of policies\"",
                                "ip6 saddr vmap @egress-src-v6")));
        chains.put(
                SNAT_EIP,
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
                                        + "ip saddr @eip4 counter drop comment \"translated by a stale entry of a"
                                        + " former holder\"",
                                IN_TUNNEL + "ip6 saddr @eip6 counter drop",
                                // Such a packet, passed on, would be tracked, and its entry would take the port away
                                // from
                                // the connection itself when the EIP comes here. Only packets that would go back to
                                // the segment: an EIP may be a service's or a pod's address as well.
                                fromSegment + "ip daddr @eip4 fib daddr oifname " + outside.anyOf()
                                        + " counter drop comment \"an answer to an EIP that is not here\"",
                                fromSegment + "ip6 daddr @eip6 fib daddr oifname " + outside.anyOf()
                                        + " counter drop")));
        String probe = IN_TUNNEL + "udp dport " + PacketReceiver.PROBE_PORT + " ";
        chains.put(
                PATH_PROBE, new Chain("", List.of("fib daddr oifname \"" + TunnelDevice.NAME + "\" accept", "drop")));
        chains.put(
                "prerouting",
                new Chain(
                        // After services were translated (-100): a policy is about where a packet really goes.
                        " { type filter hook prerouting priority -90; policy accept; }",
                        List.of(
                                probe + "ip daddr " + subnets.ipv4() + " goto " + PATH_PROBE,
                                probe + "ip6 daddr " + subnets.ipv6() + " goto " + PATH_PROBE,
                                "ct direction reply jump " + REPLY_ROUTING,
                                "ct direction original ct mark " + String.format("0x%08x goto ", OLDER_MARK.mark())
                                        + OLDER_FLOW,
                                IN_TUNNEL + "ct direction original meta mark " + OURS
                                        + String.format(" ct mark set ct mark | 0x%08x", UNKNOWN_NODE)
                                        + " comment \"EgressGateway's rules made it the mark of a node\"",
                                "ct direction original jump " + MARK_REQUEST,
                                // Such as the end of a connection that this node forgot because of a move.
                                "ct state invalid jump " + MARK_REQUEST,
                                IN_TUNNEL + "ct direction original meta mark " + NOT_EIP_MARKED
                                        + " fib daddr type != local counter drop comment \"a policy this node does not"
                                        + " know yet\"",
                                "ct direction original ct status confirmed ct mark " + OURS + " meta mark "
                                        + NOT_EIP_MARKED + " meta nfproto vmap @" + ABSENT_POLICY
                                        + " comment \"no policy covers it any more\"")));
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
                                NOT_TO_TUNNEL + "meta mark " + EIP_MARKED + " jump " + SNAT_EIP)));
    }

    private static String comment(String text) {
        return text.length() <= COMMENT_LIMIT ? text : text.substring(0, COMMENT_LIMIT);
    }
}
