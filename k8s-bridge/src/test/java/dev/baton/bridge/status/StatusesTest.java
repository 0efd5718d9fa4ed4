package dev.baton.bridge.status;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.baton.bridge.api.Condition;
import dev.baton.bridge.api.EgressGateway;
import dev.baton.bridge.api.EgressTunnel;
import dev.baton.bridge.api.PolicyStatus;
import dev.baton.bridge.state.FleetView;
import dev.baton.bridge.state.SmallFleet;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.Decision.DeclarationRefused;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.FleetSnapshot.FleetNode;
import dev.baton.contract.FleetSnapshot.Quarantine;
import dev.baton.contract.GatewayDeclared;
import dev.baton.contract.MacAddress;
import dev.baton.contract.MoveReason;
import dev.baton.contract.NodeId;
import dev.baton.contract.PolicyDeclared;
import dev.baton.contract.PolicyId;
import dev.baton.contract.RefusalReason;
import dev.baton.contract.TunnelPhase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What viewers see of policies, gateways and tunnels, and when it counts as changed. */
class StatusesTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final Instant LATER = NOON.plusSeconds(60);
    private static final PolicyId WEB = new PolicyId("shop", "web");
    private static final PolicyDeclared POLICY = SmallFleet.policy(WEB, "web");
    private static final GatewayDeclared GATEWAY = SmallFleet.gateway("gw", true, Optional.empty());
    private static final FleetEip HELD =
            SmallFleet.eip(SmallFleet.assignment("10.6.1.1", AssignmentStep.HELD, "node1", MoveReason.ALLOCATED));
    private static final FleetEip MOVED = SmallFleet.eip(
            SmallFleet.assignment("10.6.1.1", AssignmentStep.HELD, "node2", MoveReason.HOLDER_TIMED_OUT));
    private static final FleetEip WAITING =
            SmallFleet.eip(SmallFleet.assignment("10.6.1.1", AssignmentStep.WAITING, "", MoveReason.NO_ELIGIBLE_NODE));

    private static FleetView standing(FleetEip eip, TunnelPhase ofNode1) {
        return FleetView.of(SmallFleet.snapshot(
                List.of(SmallFleet.node("node1", ofNode1), SmallFleet.node("node2", TunnelPhase.READY)),
                List.of(SmallFleet.known(GATEWAY)),
                List.of(SmallFleet.bound(POLICY, "10.6.1.1")),
                List.of(eip)));
    }

    private static PolicyStatus policy(FleetView standing, PolicyStatus existing, Instant now) {
        return PolicyStatuses.of(
                PolicyStatuses.basis(WEB, 1, standing, Optional.empty(), Optional.empty(), existing), now);
    }

    private static EgressGateway.Status gateway(FleetView standing, EgressGateway.Status existing, Instant now) {
        return GatewayStatuses.of(
                GatewayStatuses.basis(SmallFleet.GATEWAY, 1, standing, Optional.empty(), Optional.empty(), existing),
                now);
    }

    private static final PolicyStatus NO_POLICY_STATUS =
            new PolicyStatus(new PolicyStatus.PolicyEip("", ""), "", List.of());
    private static final EgressGateway.Status NO_GATEWAY_STATUS =
            new EgressGateway.Status(List.of(), new EgressGateway.IpUsage(0, 0, 0, 0), List.of());
    private static final EgressTunnel.Status NO_TUNNEL_STATUS = new EgressTunnel().getStatus();

    private static Condition condition(List<Condition> conditions, String type) {
        return conditions.stream()
                .filter(c -> c.type().equals(type))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void nothingNewIsEqualWheneverItIsLookedAt() {
        var standing = standing(HELD, TunnelPhase.READY);
        var policy = policy(standing, NO_POLICY_STATUS, NOON);
        assertEquals(policy, policy(standing, policy, LATER));
        var gateway = gateway(standing, NO_GATEWAY_STATUS, NOON);
        assertEquals(gateway, gateway(standing, gateway, LATER));
    }

    @Test
    void aMoveChangesTheNodeAndTheReasonAndKeepsTheTimeOfWhatIsStillTrue() {
        var before = policy(standing(HELD, TunnelPhase.READY), NO_POLICY_STATUS, NOON);
        assertEquals("10.6.1.1 node1", before.eip().ipv4() + " " + before.node());
        var after = policy(standing(MOVED, TunnelPhase.HEARTBEAT_TIMEOUT), before, LATER);
        assertEquals("10.6.1.1 node2", after.eip().ipv4() + " " + after.node());
        var assigned = condition(after.conditions(), "Assigned");
        assertEquals(
                "True HOLDER_TIMED_OUT " + NOON,
                assigned.status() + " " + assigned.reason() + " " + assigned.lastTransitionTime());
    }

    @Test
    void anEipThatNobodyHoldsStaysItsPolicysAndTheChangeHasItsTime() {
        var before = policy(standing(HELD, TunnelPhase.READY), NO_POLICY_STATUS, NOON);
        var after = policy(standing(WAITING, TunnelPhase.HEARTBEAT_TIMEOUT), before, LATER);
        assertEquals("10.6.1.1 ", after.eip().ipv4() + " " + after.node());
        var degraded = condition(after.conditions(), "Degraded");
        assertEquals(
                "True EIP_WITHOUT_HOLDER " + LATER,
                degraded.status() + " " + degraded.reason() + " " + degraded.lastTransitionTime());
        assertEquals(NOON.toString(), condition(after.conditions(), "Accepted").lastTransitionTime());
    }

    private static String whyWaiting(FleetEip eip, FleetNode... nodes) {
        var standing = FleetView.of(SmallFleet.snapshot(
                List.of(nodes),
                List.of(SmallFleet.known(GATEWAY)),
                List.of(SmallFleet.bound(POLICY, "10.6.1.1")),
                List.of(eip)));
        Condition degraded = condition(policy(standing, NO_POLICY_STATUS, NOON).conditions(), "Degraded");
        return degraded.reason() + ": " + degraded.message();
    }

    @Test
    void anEipWhoseNetworkNoReadyNodeIsInSaysSo() {
        var away = SmallFleet.nodeIn("node1", "true", "10.7.0.0/24");
        var there = SmallFleet.nodeIn("node2", "false", "10.6.1.0/24");
        assertEquals(
                "EIP_WITHOUT_HOLDER: no Ready node of the gateway has an interface in the network of 10.6.1.1, and"
                        + " other nodes have: traffic is dropped until one has",
                whyWaiting(WAITING, away, there));
        String none = "EIP_WITHOUT_HOLDER: no eligible node: traffic is dropped until one is Ready";
        assertEquals(none, whyWaiting(WAITING, away));
        assertEquals(none, whyWaiting(WAITING, there));
    }

    @Test
    void anEipThatAnotherMachineHasNamesTheMachine() {
        var owner = Optional.of(new MacAddress("02:00:00:00:00:99"));
        var taken = new FleetEip(
                WAITING.assignment(),
                Optional.empty(),
                true,
                List.of(new Quarantine(new NodeId("node1"), Duration.ofSeconds(60), owner)));
        assertEquals(
                "ADDRESS_IN_USE: the machine 02:00:00:00:00:99 has this address: traffic is dropped until it answers no"
                        + " more",
                whyWaiting(taken, SmallFleet.node("node1", TunnelPhase.READY)));
    }

    @Test
    void aPolicyWithoutEipSaysThatThePoolIsExhausted() {
        var standing = FleetView.of(SmallFleet.snapshot(
                List.of(), List.of(SmallFleet.known(GATEWAY)), List.of(SmallFleet.bound(POLICY, "")), List.of()));
        var status = policy(standing, NO_POLICY_STATUS, NOON);
        assertEquals(
                "POOL_EXHAUSTED", condition(status.conditions(), "Degraded").reason());
        assertEquals(" ", status.eip().ipv4() + " " + status.node());
    }

    @Test
    void whatWasRefusedSaysWhyAndWhatTheReadersRefusedComesFirst() {
        var nothing = FleetView.of(SmallFleet.snapshot(List.of(), List.of(), List.of(), List.of()));
        var no = Optional.of(new DeclarationRefused(1, "web", RefusalReason.GATEWAY_UNKNOWN, "no such gateway"));
        var refused =
                PolicyStatuses.of(PolicyStatuses.basis(WEB, 1, nothing, Optional.empty(), no, NO_POLICY_STATUS), NOON);
        assertEquals(
                "GATEWAY_UNKNOWN", condition(refused.conditions(), "Accepted").reason());
        var malformed = PolicyStatuses.of(
                PolicyStatuses.basis(WEB, 1, nothing, Optional.of("spec: no"), no, NO_POLICY_STATUS), NOON);
        assertEquals("MALFORMED", condition(malformed.conditions(), "Accepted").reason());
        assertEquals("spec: no", condition(malformed.conditions(), "Accepted").message());
    }

    @Test
    void aRefusalStandsUntilThereIsAnotherAnswerOrAnotherQuestion() {
        var nothing = FleetView.of(SmallFleet.snapshot(List.of(), List.of(), List.of(), List.of()));
        var no = Optional.of(new DeclarationRefused(1, "web", RefusalReason.GATEWAY_UNKNOWN, "no such gateway"));
        var refused =
                PolicyStatuses.of(PolicyStatuses.basis(WEB, 1, nothing, Optional.empty(), no, NO_POLICY_STATUS), NOON);
        var askedAgain = PolicyStatuses.basis(WEB, 1, nothing, Optional.empty(), Optional.empty(), refused);
        assertEquals(refused, PolicyStatuses.of(askedAgain, LATER));
        var another = PolicyStatuses.basis(WEB, 2, nothing, Optional.empty(), Optional.empty(), refused);
        var changed = PolicyStatuses.of(another, LATER);
        assertEquals(List.of(), changed.conditions());
    }

    @Test
    void aGatewayListsItsNodesWithTheirEipsAndCountsWhatIsAllocated() {
        var held = gateway(standing(HELD, TunnelPhase.READY), NO_GATEWAY_STATUS, NOON);
        assertEquals(
                List.of("node1 Ready 1", "node2 Ready 0"),
                held.nodeList().stream()
                        .map(node -> node.name() + " " + node.status() + " "
                                + node.eips().size())
                        .toList());
        assertEquals(new EgressGateway.IpUsage(2, 1, 0, 0), held.ipUsage());
        assertEquals(
                List.of(new EgressGateway.PolicyRef("web", "shop")),
                held.nodeList().getFirst().eips().getFirst().policies());
        var waiting = gateway(standing(WAITING, TunnelPhase.HEARTBEAT_TIMEOUT), held, LATER);
        assertEquals(held.ipUsage(), waiting.ipUsage());
        assertEquals("HeartbeatTimeout", waiting.nodeList().getFirst().status());
        assertEquals(List.of(), waiting.nodeList().getFirst().eips());
    }

    private static EgressTunnel.Status tunnel(
            TunnelPhase phase, EgressTunnel.Status existing, Instant heartbeat, Instant now) {
        return TunnelStatuses.of(SmallFleet.node("node1", phase), existing, Optional.of(heartbeat), now);
    }

    @Test
    void aHeartbeatAloneChangesNoTunnel() {
        var first = tunnel(TunnelPhase.READY, NO_TUNNEL_STATUS, NOON, NOON);
        assertEquals(NOON.toString(), first.lastHeartbeatTime());
        assertEquals(first, tunnel(TunnelPhase.READY, first, LATER, LATER));
        assertEquals(LATER.toString(), TunnelStatuses.heard(first, LATER).lastHeartbeatTime());
    }

    @Test
    void aPhaseShowsTheLastHeartbeatAndTheTimeOfTheChange() {
        var ready = tunnel(TunnelPhase.READY, NO_TUNNEL_STATUS, NOON, NOON);
        Instant last = NOON.plusSeconds(50);
        var dead = tunnel(TunnelPhase.HEARTBEAT_TIMEOUT, ready, last, LATER);
        assertEquals("HeartbeatTimeout " + last, dead.phase() + " " + dead.lastHeartbeatTime());
        var condition = condition(dead.conditions(), "Ready");
        assertEquals(
                "False SILENT " + LATER,
                condition.status() + " " + condition.reason() + " " + condition.lastTransitionTime());
    }
}
