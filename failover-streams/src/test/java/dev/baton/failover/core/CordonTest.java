package dev.baton.failover.core;

import static dev.baton.failover.core.FleetStory.node;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.AckOutcome;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.Decision;
import dev.baton.contract.DrainRequested;
import dev.baton.contract.MoveReason;
import dev.baton.contract.NodeRemoved;
import dev.baton.contract.PolicyDeclared.AllocatorPolicy;
import dev.baton.contract.TunnelPhase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A node is emptied while an operator drains it or Kubernetes has it cordoned. */
class CordonTest {
    private static final String EIP = "10.6.1.55";

    /** Node 1 holds the EIP; so many others could. */
    private static FleetStory heldByTheFirst(int others) {
        var story = new FleetStory().gateway(EIP).node(1, true).policy("p", AllocatorPolicy.DEFAULT);
        story.answer(EIP, AckOutcome.APPLIED);
        for (int n = 2; n < 2 + others; n++) {
            story.node(n, true);
        }
        assertEquals(node(1), story.holder(EIP));
        return story;
    }

    private static void moved(FleetStory story) {
        story.answer(EIP, AckOutcome.PREPARED);
        story.answer(EIP, AckOutcome.WITHDRAWN);
        story.answer(EIP, AckOutcome.APPLIED);
        assertEquals(AssignmentStep.HELD, story.assignment(EIP).step());
    }

    @Test
    void aCordonedNodeIsEmptiedByPlannedMoves() {
        var story = heldByTheFirst(1);

        story.cordon(1, true);

        assertEquals(AssignmentStep.PREPARE, story.assignment(EIP).step());
        assertEquals(MoveReason.DRAIN, story.assignment(EIP).reason());
        moved(story);
        assertEquals(node(2), story.holder(EIP));
        story.cordon(1, false);
        assertEquals(AssignmentStep.HELD, story.assignment(EIP).step(), "nothing moves back");
    }

    @Test
    void aCordonedNodeIsNoCandidateWhileAnotherIs() {
        var story = heldByTheFirst(2);
        story.cordon(2, true);

        story.phase(1, 1, TunnelPhase.HEARTBEAT_TIMEOUT);

        assertEquals(node(3), story.holder(EIP));
    }

    @Test
    void theOnlyNodeKeepsItsEipWhileItIsCordoned() {
        var story = heldByTheFirst(0);
        var before = story.assignment(EIP);

        story.cordon(1, true);
        story.ticks(Duration.ofMinutes(1));
        assertEquals(before, story.assignment(EIP), "there is nowhere to go, so nothing is asked of it");

        story.node(2, true);
        moved(story);
        assertEquals(node(2), story.holder(EIP), "now there is");
    }

    @Test
    void aPlannedMoveWhoseTargetIsCordonedMeanwhileDropsNothing() {
        var story = heldByTheFirst(1);
        story.cordon(1, true);
        story.answer(EIP, AckOutcome.PREPARED);
        story.cordon(2, true);

        story.answer(EIP, AckOutcome.WITHDRAWN);

        assertEquals(AssignmentStep.ACQUIRE, story.assignment(EIP).step());
        assertEquals(node(2), story.holder(EIP), "it had prepared");
        story.answer(EIP, AckOutcome.APPLIED);
        assertEquals(AssignmentStep.HELD, story.assignment(EIP).step(), "and keeps it, for want of another");
    }

    @Test
    void theOnlyNodeIsGivenItsEipAgainThoughItIsCordoned() {
        var story = heldByTheFirst(0);
        story.cordon(1, true);

        story.phase(1, 1, TunnelPhase.HEARTBEAT_TIMEOUT);
        assertEquals(AssignmentStep.WAITING, story.assignment(EIP).step());
        story.phase(1, 2, TunnelPhase.READY);

        assertEquals(node(1), story.holder(EIP));
        story.answer(EIP, AckOutcome.APPLIED);
        story.node(2, true);
        moved(story);
        assertEquals(node(2), story.holder(EIP));
    }

    @Test
    void endingADrainDoesNotEndACordonNorTheOtherWayRound() {
        var story = heldByTheFirst(0);
        story.cordon(1, true);
        story.tell(new DrainRequested(node(1), true));

        story.tell(new DrainRequested(node(1), false));
        assertTrue(story.state.nodes().get(node(1)).orElseThrow().isToBeEmptied());
        story.tell(new DrainRequested(node(1), true));
        story.cordon(1, false);
        assertTrue(story.state.nodes().get(node(1)).orElseThrow().isToBeEmptied());

        story.node(2, true);
        assertEquals(AssignmentStep.PREPARE, story.assignment(EIP).step());
    }

    @Test
    void aNodeThatWasRemovedAndIsDeclaredAgainIsCordonedOnlyIfThatSaysSo() {
        var story = heldByTheFirst(1);
        story.cordon(2, true);
        story.tell(new NodeRemoved(node(2)));

        story.cordon(2, false);

        assertEquals(false, story.state.nodes().get(node(2)).orElseThrow().isToBeEmptied());
    }

    @Test
    void declaringTheSameAgainIsAcceptedAndNothingElse() {
        var story = heldByTheFirst(1);
        story.cordon(1, true);
        moved(story);
        var before = story.state.nodes();

        List<Decision> decided = story.cordon(1, true);

        assertEquals(1, decided.size());
        assertInstanceOf(Decision.DeclarationAccepted.class, decided.getFirst());
        assertEquals(before.toString(), story.state.nodes().toString());
        assertNotEquals(node(1), story.holder(EIP));
    }

    /** It was chosen again at once as the last resort, epoch after epoch for as long as it failed. */
    @Test
    void aCordonedNodeThatFailsIsAskedAgainOnlyWhenItsQuarantineIsOver() {
        var story = heldByTheFirst(0);
        story.cordon(1, true);
        story.phase(1, 1, TunnelPhase.HEARTBEAT_TIMEOUT).phase(1, 2, TunnelPhase.READY);
        story.answer(EIP, AckOutcome.FAILED);
        assertEquals(AssignmentStep.WAITING, step(story));

        story.ticks(Duration.ofSeconds(9));
        assertEquals(AssignmentStep.WAITING, step(story));
        story.ticks(Duration.ofSeconds(1));
        assertEquals(AssignmentStep.ACQUIRE, step(story));
    }

    private static AssignmentStep step(FleetStory story) {
        return story.state.eips().values().getFirst().assignment().step();
    }
}
