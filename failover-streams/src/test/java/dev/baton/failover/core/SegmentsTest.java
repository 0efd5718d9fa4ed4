package dev.baton.failover.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.AckOutcome;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.Decision;
import dev.baton.contract.Decision.AlertCode;
import dev.baton.contract.Decision.AlertRaised;
import dev.baton.contract.FleetSnapshot;
import dev.baton.contract.MacAddress;
import dev.baton.contract.MoveReason;
import dev.baton.contract.NodeRemoved;
import dev.baton.contract.PolicyDeclared.AllocatorPolicy;
import dev.baton.contract.Rules;
import dev.baton.contract.RulesAdopted;
import dev.baton.contract.TunnelPhase;
import dev.baton.contract.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which nodes are in an EIP's network, and which machine has its address already. */
class SegmentsTest {
    private static final String EIP = "10.6.1.1";
    private static final String HERE = "10.6.1.0/24";
    private static final String THERE = "10.7.0.0/24";
    private static final MacAddress FOREIGN = new MacAddress("02:00:00:00:00:99");

    private final FleetStory story = new FleetStory().gateway("10.6.1.1-10.6.1.2");

    private void adopted() {
        story.tell(new RulesAdopted(Rules.SEGMENTS));
    }

    private FleetStory declared(int nodes) {
        for (int n = 1; n <= nodes; n++) {
            story.node(n, false);
        }
        return story;
    }

    private void used() {
        story.policy("web", AllocatorPolicy.DEFAULT);
    }

    @Test
    void aNodeThatIsNotInTheNetworkOfAnEipDoesNotGetIt() {
        adopted();
        declared(2).in(1, THERE).in(2, THERE, HERE);
        used();
        assertEquals(FleetStory.node(2), story.holder(EIP));
        assertEquals(Map.of("node1", Verdict.NO_INTERFACE, "node2", Verdict.CHOSEN), story.verdicts());
        story.answer(EIP, AckOutcome.APPLIED);
        story.phase(2, 1, TunnelPhase.HEARTBEAT_TIMEOUT);
        assertEquals(AssignmentStep.WAITING, story.assignment(EIP).step(), "nobody else can be reached by it");
    }

    @Test
    void anAddressThatIsInNobodysNetworkIsRoutedToAnyNode() {
        adopted();
        declared(2).in(1, THERE).in(2, "10.8.0.0/24");
        used();
        assertTrue(story.assignment(EIP).holder().isPresent());
        assertTrue(
                story.verdicts().values().stream().noneMatch(Verdict.NO_INTERFACE::equals),
                () -> "" + story.verdicts());
    }

    @Test
    void aNodeThatDoesNotSayItsNetworksIsBelievedToReachAll() {
        adopted();
        declared(2).in(2, HERE);
        story.phase(1, 1, TunnelPhase.READY);
        used();
        assertEquals(2, story.verdicts().size());
        assertTrue(
                story.verdicts().values().stream().noneMatch(Verdict.NO_INTERFACE::equals),
                () -> "" + story.verdicts());
    }

    @Test
    void earlierRulesDoNotAsk() {
        declared(2).in(1, THERE).in(2, HERE);
        used();
        assertTrue(
                story.verdicts().values().stream().noneMatch(Verdict.NO_INTERFACE::equals),
                () -> "" + story.verdicts());
    }

    @Test
    void aHolderThatIsNotInTheNetworkAnyMoreLetsGo() {
        adopted();
        declared(2).in(1, HERE).in(2, THERE);
        used();
        story.answer(EIP, AckOutcome.APPLIED);
        story.in(2, HERE);
        assertEquals(FleetStory.node(1), story.holder(EIP));
        story.in(1, THERE);
        assertEquals(AssignmentStep.RELEASE, story.assignment(EIP).step());
        assertEquals(MoveReason.NO_INTERFACE, story.assignment(EIP).reason());
        story.answer(EIP, AckOutcome.WITHDRAWN);
        assertEquals(FleetStory.node(2), story.holder(EIP));
    }

    @Test
    void anEipWhoseNetworkNoNodeIsInAnyMoreIsRoutedAgain() {
        adopted();
        declared(2).in(1, THERE).in(2, HERE);
        used();
        story.answer(EIP, AckOutcome.APPLIED);
        story.phase(2, 1, TunnelPhase.HEARTBEAT_TIMEOUT);
        assertEquals(AssignmentStep.WAITING, story.assignment(EIP).step());
        story.tell(new NodeRemoved(FleetStory.node(2)));
        assertEquals(FleetStory.node(1), story.holder(EIP));
    }

    @Test
    void anAddressThatTwoNodesHeardAnotherMachineAnswerForIsTakenByNobody() {
        adopted();
        declared(3).in(1, HERE).in(2, HERE).in(3, HERE);
        used();
        List<Decision> decisions = story.answer(EIP, AckOutcome.FAILED, Optional.of(FOREIGN));
        assertEquals(AssignmentStep.ACQUIRE, story.assignment(EIP).step(), "one node's word is not enough");
        assertEquals(1, alerts(decisions));
        assertEquals(0, alerts(story.answer(EIP, AckOutcome.FAILED, Optional.of(FOREIGN))));
        assertEquals(AssignmentStep.WAITING, story.assignment(EIP).step());
        assertEquals(
                2,
                story.verdicts().values().stream()
                        .filter(Verdict.QUARANTINED::equals)
                        .count());
        assertTrue(story.verdicts().containsValue(Verdict.ADDRESS_IN_USE), () -> "" + story.verdicts());

        Duration quarantine = story.state.settings().quarantine();
        story.ticks(quarantine.plus(FleetStory.TICK));
        assertEquals(AssignmentStep.ACQUIRE, story.assignment(EIP).step(), "it is asked again, later");
        assertEquals(0, alerts(story.answer(EIP, AckOutcome.FAILED, Optional.of(FOREIGN))), "said already");
        while (story.assignment(EIP).step() == AssignmentStep.ACQUIRE) {
            assertEquals(0, alerts(story.answer(EIP, AckOutcome.FAILED, Optional.of(FOREIGN))), "said already");
        }
        story.ticks(quarantine.plus(FleetStory.TICK));
        story.answer(EIP, AckOutcome.APPLIED);
        assertEquals(AssignmentStep.HELD, story.assignment(EIP).step());
        assertEquals(1, alerts(story.answer(EIP, AckOutcome.FAILED, Optional.of(FOREIGN))), "it came back");
    }

    private static long alerts(List<Decision> decisions) {
        var alert = new AlertRaised(AlertCode.ADDRESS_IN_USE, "eip " + EIP + " used by " + FOREIGN);
        assertTrue(decisions.stream().noneMatch(one -> one instanceof AlertRaised && !one.equals(alert)));
        return decisions.stream().filter(alert::equals).count();
    }

    @Test
    void aQuarantineWithAnOwnerIsCarriedByASnapshot() {
        adopted();
        declared(1).in(1, HERE);
        used();
        story.answer(EIP, AckOutcome.FAILED, Optional.of(FOREIGN));
        FleetSnapshot snapshot = story.state.snapshot(9);
        assertEquals(snapshot, FleetState.of(snapshot).snapshot(9));
        assertTrue(story.decided.stream()
                .flatMap(List::stream)
                .anyMatch(decision -> decision instanceof Decision.NodeQuarantined out
                        && out.fault() == DatapathFault.ADDRESS_IN_USE
                        && out.owner().equals(Optional.of(FOREIGN))));
    }
}
