package dev.baton.datapath.core;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.Assignment;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.Cidr;
import dev.baton.contract.ClusterCidrs;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.Eip;
import dev.baton.contract.EndpointSlice;
import dev.baton.contract.Epoch;
import dev.baton.contract.GatewayId;
import dev.baton.contract.Holder;
import dev.baton.contract.Incarnation;
import dev.baton.contract.IpAddress;
import dev.baton.contract.KnownPods;
import dev.baton.contract.MacAddress;
import dev.baton.contract.Mark;
import dev.baton.contract.MoveReason;
import dev.baton.contract.NodeId;
import dev.baton.contract.ParentInterface;
import dev.baton.contract.PhaseReason;
import dev.baton.contract.PolicyBinding;
import dev.baton.contract.PolicyId;
import dev.baton.contract.Rules;
import dev.baton.contract.Settings;
import dev.baton.contract.SettingsInForce;
import dev.baton.contract.Tunnel;
import dev.baton.contract.TunnelPhase;
import dev.baton.datapath.core.DesiredState.Role;
import dev.baton.datapath.core.DesiredState.TunnelSubnets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NodeViewTest {
    private static final NodeId ME = new NodeId("n1");
    private static final NodeId OTHER = new NodeId("n2");
    private static final NodeId THIRD = new NodeId("n3");
    private static final NodeId UNKNOWN = new NodeId("n9");
    private static final Incarnation OWN = new Incarnation(7);
    private static final Eip EIP = Eip.parse("10.6.0.200+fd06::200");
    private static final GatewayId GATEWAY = new GatewayId("gw");

    private final NodeView view = new NodeView(ME, Map.of());

    @BeforeEach
    void tunnelsOfThreeNodes() {
        view.tunnel(tunnel(ME, 1, true));
        view.tunnel(tunnel(OTHER, 2, true));
        view.tunnel(tunnel(THIRD, 3, true));
    }

    @Test
    void holdsWhatNamesThisNodeAndIncarnation() {
        for (var step : List.of(AssignmentStep.PREPARE, AssignmentStep.ACQUIRE, AssignmentStep.HELD)) {
            view.assignment(assignment(1, step, ME, OWN, Optional.of(OTHER)));
            assertEquals(new Role.Hold(true), role(), step.name());
        }
    }

    @Test
    void knowsOfAPlannedMoveOnlyThatTheFormerHolderHadTheAddressAndLetGoOfIt() {
        var planned = Set.of(
                MoveReason.HOLDER_LEAVING,
                MoveReason.DRAIN,
                MoveReason.HOLDER_UNREACHABLE,
                MoveReason.OPERATOR,
                MoveReason.REBALANCE,
                MoveReason.HOLDER_NOT_SELECTED);
        long epoch = 0;
        for (var reason : MoveReason.values()) {
            view.assignment(assignment(++epoch, AssignmentStep.ACQUIRE, ME, OWN, Optional.empty())
                    .withReason(reason));
            assertEquals(new Role.Hold(planned.contains(reason)), role(), reason.name());
        }
    }

    @Test
    void knowsTheEthernetAddressesThatTheNodesTell() {
        var mac = new MacAddress("02:00:00:00:00:01");
        view.tunnel(tunnel(OTHER, 2, true, List.of(mac)));
        assertEquals(Set.of(mac), view.desired(OWN).nodeMacs());
    }

    @Test
    void knowsOfWhichOfItsOwnPodsItIsKnownWhetherAPolicySelectsThem() {
        assertEquals(Optional.empty(), view.desired(OWN).knownPods());
        var none = new TreeSet<IpAddress>();
        var pods = new TreeSet<>(Set.of(IpAddress.parse("10.244.1.10"), IpAddress.parse("fd44:1::10")));
        view.endpoints(new KnownPods(OTHER, pods).slice());
        assertEquals(Optional.empty(), view.desired(OWN).knownPods());
        view.endpoints(new KnownPods(ME, none).slice());
        assertEquals(Optional.of(none), view.desired(OWN).knownPods());
        view.endpoints(new KnownPods(ME, pods).slice());
        assertEquals(Optional.of(pods), view.desired(OWN).knownPods());
        view.endpoints(KnownPods.withdrawal(ME));
        assertEquals(Optional.empty(), view.desired(OWN).knownPods());
        view.endpoints(new KnownPods(ME, pods).slice());
        view.endpointsRemoved(new KnownPods(ME, pods).slice().policy(), "all");
        assertEquals(Optional.empty(), view.desired(OWN).knownPods());
    }

    @Test
    void blocksWhatWasGivenToAnotherIncarnationOfThisNode() {
        view.assignment(assignment(1, AssignmentStep.HELD, ME, new Incarnation(6), Optional.empty()));
        assertEquals(new Role.Block(), role());
        view.assignment(assignment(2, AssignmentStep.HELD, ME, new Incarnation(8), Optional.empty()));
        assertEquals(new Role.Block(), role());
    }

    @Test
    void neverHoldsUnderAnEpochThatItRefusedNotEvenAfterARestart() {
        var given = assignment(3, AssignmentStep.ACQUIRE, ME, OWN, Optional.empty());
        view.assignment(given);
        view.refuse(EIP, new Epoch(3));
        view.assignment(given);
        assertTrue(view.desired(OWN).eips().isEmpty());

        var restarted = new NodeView(ME, view.seen());
        restarted.assignment(given);
        assertTrue(restarted.desired(OWN).eips().isEmpty());

        view.assignment(assignment(4, AssignmentStep.ACQUIRE, ME, OWN, Optional.empty()));
        assertEquals(new Role.Hold(true), role());
    }

    @Test
    void relaysToTheSuccessorWhileReleasing() {
        view.assignment(assignment(1, AssignmentStep.RELEASE, ME, OWN, Optional.of(OTHER)));
        assertEquals(new Role.Relay(OTHER), role());
    }

    @Test
    void blocksWhileReleasingToNobody() {
        view.assignment(assignment(1, AssignmentStep.RELEASE, ME, OWN, Optional.empty()));
        assertEquals(new Role.Block(), role());
    }

    @Test
    void sendsToTheOldHolderUntilTheSuccessorAcquires() {
        for (var step : List.of(AssignmentStep.PREPARE, AssignmentStep.RELEASE)) {
            view.assignment(assignment(1, step, OTHER, OWN, Optional.of(ME)));
            assertEquals(new Role.Forward(OTHER), role(), step.name());
        }
        view.assignment(assignment(2, AssignmentStep.ACQUIRE, THIRD, OWN, Optional.empty()));
        assertEquals(new Role.Forward(THIRD), role());
    }

    @Test
    void blocksWhileNobodyHolds() {
        view.assignment(new Assignment(
                EIP,
                GATEWAY,
                Mark.FIRST_EIP,
                new Epoch(1),
                AssignmentStep.WAITING,
                Optional.empty(),
                Optional.empty(),
                MoveReason.NO_ELIGIBLE_NODE,
                1));
        assertEquals(new Role.Block(), role());
    }

    @Test
    void blocksRatherThanSendToANodeWithoutTunnel() {
        view.assignment(assignment(1, AssignmentStep.HELD, UNKNOWN, OWN, Optional.empty()));
        assertEquals(new Role.Block(), role());
        view.assignment(assignment(2, AssignmentStep.RELEASE, ME, OWN, Optional.of(UNKNOWN)));
        assertEquals(new Role.Block(), role());
    }

    @Test
    void ignoresAnOlderEpochAlsoAfterRemovalAndRestart() {
        assertTrue(view.assignment(assignment(5, AssignmentStep.HELD, OTHER, OWN, Optional.empty())));
        assertFalse(view.assignment(assignment(4, AssignmentStep.HELD, ME, OWN, Optional.empty())));
        assertEquals(new Role.Forward(OTHER), role());

        view.assignmentRemoved(EIP);
        assertTrue(view.desired(OWN).eips().isEmpty(), "a freed EIP is nobody's");
        assertFalse(view.assignment(assignment(4, AssignmentStep.HELD, ME, OWN, Optional.empty())));

        var restarted = new NodeView(ME, view.seen());
        assertFalse(restarted.assignment(assignment(4, AssignmentStep.HELD, ME, OWN, Optional.empty())));
        assertTrue(restarted.assignment(assignment(5, AssignmentStep.HELD, ME, OWN, Optional.empty())));
    }

    @Test
    void peersAreTheOthersThatHaveAParentAddress() {
        view.tunnel(tunnel(UNKNOWN, 9, false));
        assertEquals(Set.of(OTHER, THIRD), view.desired(OWN).peers().keySet());
        view.tunnelRemoved(THIRD);
        assertEquals(Set.of(OTHER), view.desired(OWN).peers().keySet());
        assertEquals(Optional.of(ME), view.desired(OWN).own().map(Tunnel::node));
    }

    @Test
    void theTunnelSubnetsAreThoseOfTheSettingsInForce() {
        assertEquals(TunnelSubnets.of(Settings.DEFAULT), view.desired(OWN).subnets(), "nobody declared any");
        var settings = Settings.DEFAULT.withTunnelSubnets(Cidr.parse("172.31.0.0/20"), Cidr.parse("fd11::/120"));
        view.tunnel(new SettingsInForce(settings, Rules.FIRST, 1));
        assertEquals(TunnelSubnets.of(settings), view.desired(OWN).subnets());
    }

    @Test
    void aPolicyMatchesTheSourcesOfAllItsSlicesAndKnowsTheLocalOnes() {
        var policy = PolicyId.parse("default/web");
        view.assignment(assignment(1, AssignmentStep.HELD, OTHER, OWN, Optional.empty()));
        view.policy(new PolicyBinding(
                policy,
                GATEWAY,
                Optional.of(EIP),
                List.of(Cidr.parse("10.6.0.0/24"), Cidr.parse("10.0.0.0/24")),
                0,
                1));
        view.endpoints(slice(policy, "a", ME, "10.244.1.10"));
        view.endpoints(slice(policy, "b", OTHER, "10.244.2.10"));
        view.endpoints(new ClusterCidrs(List.of(Cidr.parse("10.244.0.0/16"))));

        var desired = view.desired(OWN);
        var match = requireNonNull(desired.policies().get(policy));
        assertEquals(Optional.of(EIP), match.eip());
        assertEquals(List.of("10.244.1.10", "10.244.2.10"), texts(match.sources()));
        assertEquals(List.of("10.244.1.10"), texts(match.localSources()));
        assertEquals(List.of("10.0.0.0/24", "10.6.0.0/24"), texts(match.destinations()));
        assertEquals(List.of("10.244.0.0/16"), texts(desired.clusterCidrs()));

        view.endpointsRemoved(policy, "a");
        assertEquals(
                List.of("10.244.2.10"),
                texts(requireNonNull(view.desired(OWN).policies().get(policy)).sources()));
        view.policyRemoved(policy);
        assertTrue(view.desired(OWN).policies().isEmpty());
    }

    @Test
    void thePolicyWithTheHighestPriorityCountsAndAmongEqualsTheFirstByName() {
        for (var named : Map.of("default/web", 5L, "gold", 5L, "default/low", 0L, "zz", 9L, "other/alone", 9L)
                .entrySet()) {
            var policy = PolicyId.parse(named.getKey());
            view.policy(new PolicyBinding(policy, GATEWAY, Optional.of(EIP), List.of(), named.getValue(), 1));
            view.endpoints(
                    slice(policy, "a", ME, named.getKey().equals("other/alone") ? "10.244.1.11" : "10.244.1.10"));
        }
        view.endpoints(slice(PolicyId.parse("zz"), "b", OTHER, "fd44::9"));

        var ofPods = view.desired(OWN).policiesOfPods();

        assertEquals(List.of("10.244.1.10", "10.244.1.11", "fd44::9"), texts(ofPods.keySet()));
        assertEquals(
                List.of("zz", "default/web", "gold", "default/low"),
                texts(requireNonNull(ofPods.get(IpAddress.parse("10.244.1.10")))));
        assertEquals(List.of("zz"), texts(requireNonNull(ofPods.get(IpAddress.parse("fd44::9")))));
    }

    @Test
    void aPolicyWhoseEipHasNoAssignmentYetIsDropped() {
        var policy = PolicyId.parse("default/web");
        view.policy(new PolicyBinding(policy, GATEWAY, Optional.of(EIP), List.of(), 0, 1));
        assertEquals(
                Optional.empty(),
                requireNonNull(view.desired(OWN).policies().get(policy)).eip());
    }

    private Role role() {
        return requireNonNull(view.desired(OWN).eips().get(EIP)).role();
    }

    private static List<String> texts(Iterable<?> values) {
        var texts = new ArrayList<String>();
        values.forEach(value -> texts.add(value.toString()));
        return texts;
    }

    private static EndpointSlice slice(PolicyId policy, String name, NodeId node, String address) {
        return new EndpointSlice(
                policy,
                name,
                List.of(new EndpointSlice.Endpoint("default", "pod", node, List.of(IpAddress.parse(address)))));
    }

    private static Assignment assignment(
            long epoch, AssignmentStep step, NodeId holder, Incarnation incarnation, Optional<NodeId> successor) {
        return new Assignment(
                EIP,
                GATEWAY,
                Mark.FIRST_EIP,
                new Epoch(epoch),
                step,
                Optional.of(new Holder(holder, incarnation)),
                successor.map(node -> new Holder(node, OWN)),
                MoveReason.OPERATOR,
                epoch);
    }

    private static Tunnel tunnel(NodeId node, int number, boolean withParent) {
        return tunnel(node, number, withParent, List.of());
    }

    private static Tunnel tunnel(NodeId node, int number, boolean withParent, List<MacAddress> macs) {
        return new Tunnel(
                node,
                MacAddress.ofNode(node),
                IpAddress.parse("172.31.0." + number),
                IpAddress.parse("fd11::" + number),
                new Mark(Mark.BASE + number),
                TunnelPhase.READY,
                PhaseReason.DATAPATH_READY,
                DatapathFault.NONE,
                OWN,
                withParent
                        ? Optional.of(new ParentInterface(
                                        "eth0", Optional.of(IpAddress.parse("10.6.0." + number)), Optional.empty())
                                .withNetworks(List.of(), macs))
                        : Optional.empty(),
                0,
                0);
    }
}
