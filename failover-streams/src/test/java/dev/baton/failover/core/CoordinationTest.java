package dev.baton.failover.core;

import static dev.baton.failover.core.FleetStory.ip;
import static dev.baton.failover.core.FleetStory.node;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.AckOutcome;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.DatapathAcknowledged;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.Decision;
import dev.baton.contract.DrainRequested;
import dev.baton.contract.Eip;
import dev.baton.contract.EipMoveRequested;
import dev.baton.contract.GatewayDeclared;
import dev.baton.contract.Holder;
import dev.baton.contract.Incarnation;
import dev.baton.contract.IpAddress;
import dev.baton.contract.IpFamily;
import dev.baton.contract.LabelSelector;
import dev.baton.contract.MoveReason;
import dev.baton.contract.NodeLeaving;
import dev.baton.contract.PolicyDeclared.AllocatorPolicy;
import dev.baton.contract.PolicyDeclared.EgressIp;
import dev.baton.contract.PolicyId;
import dev.baton.contract.PolicyRemoved;
import dev.baton.contract.Pool;
import dev.baton.contract.RefusalReason;
import dev.baton.contract.Settings;
import dev.baton.contract.SettingsDeclared;
import dev.baton.contract.TunnelPhase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CoordinationTest {
    private static final String EIP = "10.6.1.55";

    private static FleetStory held() {
        var story = new FleetStory()
                .gateway("10.6.1.55-10.6.1.60")
                .node(1, true)
                .node(2, true)
                .node(3, true);
        story.policy("p", AllocatorPolicy.DEFAULT).answer(EIP, AckOutcome.APPLIED);
        assertEquals(AssignmentStep.HELD, story.assignment(EIP).step());
        return story;
    }

    private static int holderNumber(FleetStory story) {
        return Integer.parseInt(story.holder(EIP).value().substring(4));
    }

    @Test
    void movesAnEipAtOnceWhenItsHolderIsTimedOut() {
        var story = held();
        int dead = holderNumber(story);
        var before = story.assignment(EIP);

        story.phase(dead, 1, TunnelPhase.HEARTBEAT_TIMEOUT);

        assertEquals(AssignmentStep.ACQUIRE, story.assignment(EIP).step());
        assertNotEquals(node(dead), story.holder(EIP));
        assertEquals(MoveReason.HOLDER_TIMED_OUT, story.assignment(EIP).reason());
        assertTrue(story.assignment(EIP).epoch().supersedes(before.epoch()));
    }

    @Test
    void spreadsTheEipsOfADeadNodeOverAllSurvivors() {
        var story = new FleetStory().gateway("10.6.1.1-10.6.1.100").node(1, true);
        for (int i = 0; i < 20; i++) {
            story.policy("p" + i, AllocatorPolicy.RR);
        }
        story.node(2, true).node(3, true).node(4, true).node(5, true);

        story.phase(1, 1, TunnelPhase.HEARTBEAT_TIMEOUT);

        var loads = new TreeMap<String, Integer>();
        story.state
                .eips()
                .values()
                .forEach(eip -> loads.merge(
                        eip.assignment().holder().orElseThrow().node().value(), 1, Integer::sum));
        assertEquals("{node2=5, node3=5, node4=5, node5=5}", loads.toString());
    }

    @Test
    void aPlannedMovePreparesThenReleasesThenAcquires() {
        var story = held();
        int old = holderNumber(story);

        story.tell(new DrainRequested(node(old), true));
        assertEquals(AssignmentStep.PREPARE, story.assignment(EIP).step());
        assertEquals(node(old), story.holder(EIP), "the holder keeps it while the successor prepares");

        story.answer(EIP, AckOutcome.PREPARED);
        assertEquals(AssignmentStep.RELEASE, story.assignment(EIP).step());
        assertFalse(story.assignment(EIP).allows(node(old), new Incarnation(1)));

        story.answer(EIP, AckOutcome.WITHDRAWN);
        assertEquals(AssignmentStep.ACQUIRE, story.assignment(EIP).step());
        assertNotEquals(node(old), story.holder(EIP));

        story.answer(EIP, AckOutcome.APPLIED);
        assertEquals(AssignmentStep.HELD, story.assignment(EIP).step());
        assertEquals(MoveReason.DRAIN, story.assignment(EIP).reason());
    }

    @Test
    void neverAcquiresWhileALiveHolderHasNotReleased() {
        var story = held();
        int old = holderNumber(story);
        story.tell(new DrainRequested(node(old), true));
        story.answer(EIP, AckOutcome.PREPARED);

        story.ticks(Duration.ofMinutes(1));

        assertEquals(AssignmentStep.RELEASE, story.assignment(EIP).step());
        long alerts = story.decided.stream()
                .flatMap(List::stream)
                .filter(d -> d instanceof Decision.AlertRaised)
                .count();
        assertEquals(1, alerts, "told once, not once a tick");
        story.phase(old, 1, TunnelPhase.HEARTBEAT_TIMEOUT);
        assertEquals(AssignmentStep.ACQUIRE, story.assignment(EIP).step(), "its lease has lapsed");
    }

    @Test
    void aLateAcknowledgementOfAnOlderEpochChangesNothing() {
        var story = held();
        var old = story.assignment(EIP);
        story.phase(holderNumber(story), 1, TunnelPhase.HEARTBEAT_TIMEOUT);
        var now = story.assignment(EIP);

        story.tell(new DatapathAcknowledged(
                old.holder().orElseThrow().node(),
                old.holder().orElseThrow().incarnation(),
                old.eip(),
                old.epoch(),
                AckOutcome.APPLIED,
                DatapathFault.NONE,
                Optional.empty(),
                Duration.ZERO));

        assertEquals(now, story.assignment(EIP));
    }

    @Test
    void aNodeThatAnswersFailedIsPassedOverForThatEipForAWhile() {
        var story = held();
        story.phase(holderNumber(story), 1, TunnelPhase.HEARTBEAT_TIMEOUT);
        var first = story.holder(EIP);

        story.answer(EIP, AckOutcome.FAILED);
        assertEquals(AssignmentStep.ACQUIRE, story.assignment(EIP).step());
        var second = story.holder(EIP);
        assertNotEquals(first, second);

        story.answer(EIP, AckOutcome.FAILED);
        assertEquals(AssignmentStep.WAITING, story.assignment(EIP).step(), "all have failed");
        story.ticks(Duration.ofSeconds(11));
        assertEquals(AssignmentStep.ACQUIRE, story.assignment(EIP).step(), "starts again after the pause");
    }

    @Test
    void aHolderThatGivesUpWhatItHeldIsSucceededAtOnce() {
        var story = held();
        var gaveUp = story.holder(EIP);

        story.answer(EIP, AckOutcome.FAILED);

        assertEquals(AssignmentStep.ACQUIRE, story.assignment(EIP).step());
        assertNotEquals(gaveUp, story.holder(EIP));
        assertEquals(MoveReason.ACK_FAILED, story.assignment(EIP).reason());
    }

    @Test
    void aSilentAcquirerMustReleaseBeforeTheNextCandidateGetsIt() {
        var story = held();
        story.phase(holderNumber(story), 1, TunnelPhase.HEARTBEAT_TIMEOUT);
        var silent = story.holder(EIP);

        story.ticks(Duration.ofSeconds(3));

        assertEquals(AssignmentStep.RELEASE, story.assignment(EIP).step());
        assertEquals(silent, story.holder(EIP));
        story.answer(EIP, AckOutcome.WITHDRAWN);
        assertEquals(AssignmentStep.ACQUIRE, story.assignment(EIP).step());
        assertNotEquals(silent, story.holder(EIP));
    }

    @Test
    void whenAllAreSilentTheAllocationStaysAndTheFirstToReturnGetsTheSameEip() {
        var story = held();
        for (int n = 1; n <= 3; n++) {
            story.phase(n, 1, TunnelPhase.HEARTBEAT_TIMEOUT);
        }
        assertEquals(AssignmentStep.WAITING, story.assignment(EIP).step());

        story.phase(2, 2, TunnelPhase.INIT);
        assertEquals(AssignmentStep.WAITING, story.assignment(EIP).step());
        story.phase(2, 2, TunnelPhase.READY);

        assertEquals(
                Optional.of(new Holder(node(2), new Incarnation(2))),
                story.assignment(EIP).holder());
        story.answer(EIP, AckOutcome.APPLIED);
        story.phase(1, 2, TunnelPhase.READY).phase(3, 2, TunnelPhase.READY);
        assertEquals(node(2), story.holder(EIP), "nothing moves that need not");
    }

    @Test
    void aNewIncarnationOfTheHolderEndsItsAuthority() {
        var story = held();
        int back = holderNumber(story);

        story.phase(back, 2, TunnelPhase.INIT);

        assertNotEquals(node(back), story.holder(EIP));
        assertEquals(MoveReason.HOLDER_NEW_INCARNATION, story.assignment(EIP).reason());
    }

    @Test
    void aHolderThatIsBackAndReadyAtOnceIsGivenItsEipAgain() {
        var story = held();
        int back = holderNumber(story);

        story.phase(back, 2, TunnelPhase.READY);

        assertEquals(
                Optional.of(new Holder(node(back), new Incarnation(2))),
                story.assignment(EIP).holder());
        assertEquals(AssignmentStep.ACQUIRE, story.assignment(EIP).step());
        assertEquals(MoveReason.HOLDER_NEW_INCARNATION, story.assignment(EIP).reason());
    }

    @Test
    void aLeavingNodeIsDrainedAndItsNextIncarnationIsWelcome() {
        var story = held();
        int leaving = holderNumber(story);

        story.tell(new NodeLeaving(node(leaving), new Incarnation(1)));
        assertEquals(AssignmentStep.PREPARE, story.assignment(EIP).step());
        assertEquals(MoveReason.HOLDER_LEAVING, story.assignment(EIP).reason());

        story.phase(leaving, 2, TunnelPhase.READY);
        assertFalse(story.state.nodes().get(node(leaving)).orElseThrow().leaving());
    }

    @Test
    void anEipIsFreedOnlyAfterItsLastPolicyAndItsHolderLetGo() {
        var story = held().policy("q", AllocatorPolicy.DEFAULT);

        story.tell(new PolicyRemoved(new PolicyId("default", "p")));
        assertEquals(AssignmentStep.HELD, story.assignment(EIP).step(), "the second policy still uses it");

        story.tell(new PolicyRemoved(new PolicyId("default", "q")));
        assertEquals(AssignmentStep.RELEASE, story.assignment(EIP).step());
        assertTrue(story.state.eips().contains(Eip.parse(EIP)), "not free while somebody may still emit with it");

        story.answer(EIP, AckOutcome.WITHDRAWN);
        assertTrue(story.state.eips().isEmpty());
    }

    @Test
    void fiftyAddressesServeFiftyPoliciesAndTheRestWaitForOneToBeFreed() {
        var story = new FleetStory().gateway("10.6.1.1-10.6.1.50").node(1, true);
        for (int i = 0; i < 70; i++) {
            story.policy("p" + i, AllocatorPolicy.RR);
        }
        assertEquals(50, story.state.eips().size());
        long unbound = story.state.policies().values().stream()
                .filter(p -> p.eip().isEmpty())
                .count();
        assertEquals(20, unbound);

        for (int i = 0; i < 70; i++) {
            story.tell(new PolicyRemoved(new PolicyId("default", "p" + i)));
            for (var eip : story.state.eips().values()) {
                if (eip.assignment().step() == AssignmentStep.RELEASE) {
                    story.answer(eip.assignment().eip().toString(), AckOutcome.WITHDRAWN);
                }
            }
        }
        assertTrue(story.state.eips().isEmpty(), "all freed");
    }

    @Test
    void aHugeIpv6PoolCostsNoMoreThanASmallOne() {
        var story = new FleetStory().node(1, true);
        story.tell(new GatewayDeclared(
                FleetStory.GATEWAY,
                true,
                Pool.EMPTY,
                Pool.parse("ipv6", IpFamily.V6, List.of("fd00::/16")),
                Optional.empty(),
                Optional.empty(),
                new LabelSelector(new TreeMap<>(Map.of("egress", "true")), List.of())));
        story.policy("p", AllocatorPolicy.RR).policy("q", AllocatorPolicy.DEFAULT);

        assertEquals("{fd00::=", story.state.eips().toString().substring(0, 8));
        assertEquals(2, story.state.eips().size());
    }

    @Test
    void refusesWhatEgressGatewayRefuses() {
        var story = held();
        var outside = story.tell(FleetStory.policyOf(
                "x", new EgressIp(ip("10.9.9.9"), Optional.empty(), false, AllocatorPolicy.DEFAULT)));
        var refused = (Decision.DeclarationRefused) outside.getFirst();
        assertEquals(RefusalReason.ADDRESS_OUTSIDE_POOL, refused.reason());
        assertTrue(refused.detail().contains("10.9.9.9"), refused.detail());

        var changed = story.tell(FleetStory.policyOf(
                "p", new EgressIp(ip("10.6.1.56"), Optional.empty(), false, AllocatorPolicy.DEFAULT)));
        assertEquals(RefusalReason.FIELD_IMMUTABLE, ((Decision.DeclarationRefused) changed.getFirst()).reason());

        var move = story.tell(new EipMoveRequested(IpAddress.parse(EIP), story.holder(EIP)));
        assertEquals(RefusalReason.ALREADY_THERE, ((Decision.DeclarationRefused) move.getFirst()).reason());
    }

    @Test
    void theBrakeHoldsMovesWhileTooManyAreSilentAndLetsThemGoAfterwards() {
        var story = held();
        var settings = Settings.DEFAULT;
        story.tell(new SettingsDeclared(new Settings(
                settings.timings(),
                settings.ackTimeout(),
                settings.quarantine(),
                50,
                settings.onNoGateway(),
                settings.failsafe(),
                settings.tunnelIpv4Subnet(),
                settings.tunnelIpv6Subnet())));
        int holder = holderNumber(story);
        int other = holder % 3 + 1;
        story.phase(other, 1, TunnelPhase.HEARTBEAT_TIMEOUT).phase(holder, 1, TunnelPhase.HEARTBEAT_TIMEOUT);
        assertEquals(node(holder), story.holder(EIP), "two of three are silent: held back");

        story.phase(other, 2, TunnelPhase.READY);
        assertNotEquals(node(holder), story.holder(EIP), "one of three: goes on");
    }
}
