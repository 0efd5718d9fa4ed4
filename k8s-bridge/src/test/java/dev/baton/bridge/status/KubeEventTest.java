package dev.baton.bridge.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.baton.bridge.state.SmallFleet;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.Decided;
import dev.baton.contract.Decision;
import dev.baton.contract.Decision.AlertCode;
import dev.baton.contract.Decision.AlertRaised;
import dev.baton.contract.Decision.EipAssigned;
import dev.baton.contract.Decision.FailoverResumed;
import dev.baton.contract.Decision.TunnelPhaseDecided;
import dev.baton.contract.FleetId;
import dev.baton.contract.MoveReason;
import dev.baton.contract.NodeId;
import dev.baton.contract.PhaseReason;
import dev.baton.contract.TunnelPhase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KubeEventTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private static String told(Decision decision) {
        return KubeEvent.of(NOON, new Decided(new FleetId("test"), 41, 2, decision))
                .map(h -> h.kind() + "/" + h.name() + " " + (h.warning() ? "Warning " : "Normal ") + h.reason() + ": "
                        + h.message())
                .orElse("nothing");
    }

    private static String phase(TunnelPhase phase, PhaseReason reason, DatapathFault fault) {
        return told(new TunnelPhaseDecided(
                new NodeId("node1"), SmallFleet.INCARNATION, phase, reason, fault, Duration.ofMillis(3_100)));
    }

    private static String assigned(AssignmentStep step, String to) {
        return told(new EipAssigned(
                SmallFleet.assignment("10.6.1.1", step, to, MoveReason.HOLDER_TIMED_OUT),
                Optional.of(new NodeId("node1")),
                List.of()));
    }

    private static String id(Instant at, int index) {
        var decided = new Decided(new FleetId("test"), 41, index, new FailoverResumed(SmallFleet.GATEWAY, 1, 3));
        return KubeEvent.of(at, decided).orElseThrow().id();
    }

    /** So that each is told once, also when another Kafka counts from the beginning again. */
    @Test
    void theSameDecisionHasTheSameIdWhoeverTellsAndNoOtherHasIt() {
        assertEquals(id(NOON, 2), id(NOON, 2));
        assertNotEquals(id(NOON, 2), id(NOON, 3));
        assertNotEquals(id(NOON, 2), id(NOON.plusMillis(1), 2));
    }

    @Test
    void tellsPhasesAndWarnsOfBadOnes() {
        assertEquals(
                "EgressTunnel/node1 Warning HeartbeatTimeout: phase=HeartbeatTimeout reason=SILENT"
                        + " silence=3100ms incarnation=" + SmallFleet.INCARNATION,
                phase(TunnelPhase.HEARTBEAT_TIMEOUT, PhaseReason.SILENT, DatapathFault.NONE));
        assertEquals(
                "EgressTunnel/node1 Warning Failed: phase=Failed reason=DATAPATH_BROKEN fault=FIREWALL"
                        + " silence=3100ms incarnation=" + SmallFleet.INCARNATION,
                phase(TunnelPhase.FAILED, PhaseReason.DATAPATH_BROKEN, DatapathFault.FIREWALL));
        assertEquals(
                true,
                phase(TunnelPhase.READY, PhaseReason.DATAPATH_READY, DatapathFault.NONE)
                        .startsWith("EgressTunnel/node1 Normal Ready:"));
    }

    @Test
    void anEipHasMovedWhenAnotherMayHoldItAndNoSooner() {
        assertEquals(
                "EgressGateway/gw Normal EipMoved: eip=10.6.1.1 from=node1 to=node2 reason=HOLDER_TIMED_OUT"
                        + " epoch=3 cause=99",
                assigned(AssignmentStep.ACQUIRE, "node2"));
        assertEquals(true, assigned(AssignmentStep.WAITING, "").startsWith("EgressGateway/gw Warning EipUnassigned: "));
        for (AssignmentStep step : List.of(AssignmentStep.PREPARE, AssignmentStep.RELEASE, AssignmentStep.HELD)) {
            assertEquals("nothing", assigned(step, "node1"));
        }
    }

    @Test
    void gatewaysTroublesAreToldAndAnEipsAreLeftToConditions() {
        assertEquals(
                "EgressGateway/gw Warning FAILOVER_HELD: too many of the gateway's nodes are silent at once:"
                        + " its moves wait",
                told(new AlertRaised(AlertCode.FAILOVER_HELD, "gateway gw")));
        assertEquals("nothing", told(new AlertRaised(AlertCode.EIP_WITHOUT_HOLDER, "10.6.1.1")));
        assertEquals(
                "EgressTunnel/node1 Warning PATH_LOST: a node has lost the path through another node's tunnel",
                told(new AlertRaised(AlertCode.PATH_LOST, "node node1")));
        assertEquals(
                "EgressGateway/gw Normal FailoverResumed: 1 of 3 nodes are silent",
                told(new FailoverResumed(SmallFleet.GATEWAY, 1, 3)));
    }
}
