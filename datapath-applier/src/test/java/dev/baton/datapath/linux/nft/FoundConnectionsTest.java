package dev.baton.datapath.linux.nft;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.baton.contract.Cidr;
import dev.baton.contract.Eip;
import dev.baton.contract.Epoch;
import dev.baton.contract.GatewayId;
import dev.baton.contract.IpAddress;
import dev.baton.contract.Mark;
import dev.baton.contract.NodeId;
import dev.baton.contract.PolicyId;
import dev.baton.datapath.core.DesiredState;
import dev.baton.datapath.core.DesiredState.EipRoute;
import dev.baton.datapath.core.DesiredState.PolicyMatch;
import dev.baton.datapath.core.DesiredState.Role;
import dev.baton.datapath.core.DesiredState.TunnelSubnets;
import dev.baton.datapath.linux.conntrack.TrackedConnection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class FoundConnectionsTest {
    private static final Eip HERE = Eip.parse("10.6.1.55");
    private static final Eip THERE = Eip.parse("10.6.1.56");
    private static final IpAddress OWN = IpAddress.parse("10.244.1.10");
    private static final IpAddress OTHERS = IpAddress.parse("10.244.2.10");
    private static final IpAddress MOVED = IpAddress.parse("10.244.1.11");
    private static final IpAddress SERVER = IpAddress.parse("10.6.0.100");
    private static final GatewayId GATEWAY = new GatewayId("gw");
    private static final int EGRESSGATEWAYS = 0x26b7b4e2;

    private final FoundConnections found = new FoundConnections(desired());

    private static DesiredState desired() {
        var eips = new TreeMap<Eip, EipRoute>();
        eips.put(HERE, new EipRoute(new Mark(0x26100005), new Epoch(1), new Role.Block(), GATEWAY));
        eips.put(
                THERE,
                new EipRoute(new Mark(0x26100006), new Epoch(1), new Role.Forward(new NodeId("node2")), GATEWAY));
        var policies = new TreeMap<PolicyId, PolicyMatch>();
        policies.put(new PolicyId("default", "all"), match(HERE, set(OWN, OTHERS), set(OWN), new TreeSet<>()));
        policies.put(
                new PolicyId("default", "server"),
                match(THERE, set(MOVED), set(MOVED), new TreeSet<>(List.of(Cidr.parse("10.6.0.100/32")))));
        return new DesiredState(
                new NodeId("node1"),
                Optional.empty(),
                new TunnelSubnets(Cidr.parse("172.31.0.0/16"), Cidr.parse("fd11::/112")),
                new TreeMap<>(),
                eips,
                policies,
                new TreeSet<>(List.of(Cidr.parse("10.244.0.0/16"))),
                Optional.empty());
    }

    private static PolicyMatch match(
            Eip eip, SortedSet<IpAddress> sources, SortedSet<IpAddress> local, SortedSet<Cidr> destinations) {
        return new PolicyMatch(Optional.of(eip), 0, sources, local, new TreeSet<>(), destinations);
    }

    private static SortedSet<IpAddress> set(IpAddress... addresses) {
        return new TreeSet<>(List.of(addresses));
    }

    private OptionalInt mark(IpAddress source, IpAddress destination, String translated, int mark) {
        Optional<IpAddress> to =
                Optional.of(translated).filter(text -> !text.isEmpty()).map(IpAddress::parse);
        return found.markOf(new TrackedConnection(source, destination, to, mark));
    }

    @Test
    void whatIsTranslatedToTheEipGoesOn() {
        // EgressGateway's rules would send answers of 0x26000005 to the fifth node.
        assertEquals(OptionalInt.of(0x26000005 | 0x1fff << 11), mark(OWN, SERVER, "10.6.1.55", 0));
        assertEquals(OptionalInt.of(0x26000005 | 0x1fff << 11), mark(OTHERS, SERVER, "10.6.1.55", EGRESSGATEWAYS));
    }

    @Test
    void whatLeavesThroughTheTunnelGoesOn() {
        assertEquals(OptionalInt.of(0x26000006 | 0x1fff << 11), mark(MOVED, SERVER, "", 0));
    }

    /** The pods' packets would leave with another source in the middle of it. */
    @Test
    void whatBeganByOtherRulesIsNotTakenOver() {
        assertEquals(OptionalInt.empty(), mark(OWN, SERVER, "10.6.0.1", 0), "translated to the node's address");
        assertEquals(OptionalInt.empty(), mark(OWN, SERVER, "", 0), "not translated where its EIP is");
        assertEquals(OptionalInt.empty(), mark(OTHERS, SERVER, "", 0), "another node's pod, not translated");
    }

    @Test
    void whatNoPolicyCoversIsLeftAlone() {
        assertEquals(OptionalInt.empty(), mark(OWN, OTHERS, "", 0), "inside the cluster");
        assertEquals(OptionalInt.empty(), mark(MOVED, IpAddress.parse("10.6.0.101"), "", 0), "another destination");
        assertEquals(OptionalInt.empty(), mark(SERVER, OWN, "", 0), "no pod's");
    }

    @Test
    void marksGoBackToWhatEgressGatewayKnows() {
        assertEquals(OptionalInt.of(0), TrafficTable.handedOver(0x26000005), "this node's own pod");
        assertEquals(OptionalInt.of(0x26000003), TrafficTable.handedOver(0x26000005 | 3 << 11), "a pod of node 3");
        assertEquals(
                OptionalInt.of(0), TrafficTable.handedOver(0x26000005 | 0x1fff << 11), "nobody knows of which node");
        assertEquals(OptionalInt.of(0), TrafficTable.handedOver(0x26ffffff), "to be forgotten");
        assertEquals(OptionalInt.empty(), TrafficTable.handedOver(0x4000), "somebody else's");
    }
}
