package dev.baton.agent.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.AckOutcome;
import dev.baton.contract.Assignment;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.DatapathAcknowledged;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.Eip;
import dev.baton.contract.EipFailure;
import dev.baton.contract.Epoch;
import dev.baton.contract.GatewayId;
import dev.baton.contract.Holder;
import dev.baton.contract.Incarnation;
import dev.baton.contract.Mark;
import dev.baton.contract.MoveReason;
import dev.baton.contract.NodeId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OwedAcknowledgementsTest {
    private static final Eip EIP = Eip.parse("10.6.1.55");
    private static final NodeId SELF = new NodeId("node1");
    private static final Holder ME = new Holder(SELF, new Incarnation(3));
    private static final Holder OTHER = new Holder(new NodeId("node2"), new Incarnation(8));
    private static final Map<Eip, EipFailure> FINE = Map.of();
    private static final Map<Eip, EipFailure> FAULTY = Map.of(EIP, EipFailure.of(DatapathFault.ADDRESS));

    private OwedAcknowledgements owed = OwedAcknowledgements.none(SELF);

    private void read(long epoch, AssignmentStep step, Holder holder, Optional<Holder> successor) {
        var assignment = new Assignment(
                EIP,
                new GatewayId("egw"),
                Mark.FIRST_EIP,
                new Epoch(epoch),
                step,
                Optional.of(holder),
                successor,
                MoveReason.DRAIN,
                0);
        owed = owed.after(List.of(new Input.News.OfEip(EIP, Optional.of(assignment))), 0);
    }

    private List<AckOutcome> settled(Map<Eip, EipFailure> faults, boolean leased) {
        return settled(faults, leased, true);
    }

    private List<AckOutcome> settled(Map<Eip, EipFailure> faults, boolean leased, boolean reachable) {
        OwedAcknowledgements.Settled settled = owed.settle(ME, faults, leased, reachable, 1);
        owed = settled.rest();
        return settled.acknowledgements().stream()
                .map(DatapathAcknowledged::outcome)
                .toList();
    }

    @Test
    void owesOneAcknowledgementForAStepThatNamesThisIncarnation() {
        read(1, AssignmentStep.PREPARE, OTHER, Optional.of(ME));
        assertEquals(List.of(AckOutcome.PREPARED), settled(FINE, false));
        assertEquals(List.of(), settled(FINE, false));
    }

    @Test
    void owesNothingForAnotherNodeOrAnotherIncarnation() {
        read(1, AssignmentStep.PREPARE, ME, Optional.of(OTHER));
        assertEquals(List.of(), settled(FINE, true));
        read(2, AssignmentStep.ACQUIRE, new Holder(SELF, new Incarnation(2)), Optional.empty());
        assertEquals(List.of(), settled(FINE, true));
    }

    @Test
    void saysAppliedOnlyWhenTheKernelLeaseRuns() {
        read(1, AssignmentStep.ACQUIRE, ME, Optional.empty());
        assertEquals(List.of(), settled(FINE, false));
        assertEquals(List.of(AckOutcome.APPLIED), settled(FINE, true));
    }

    /** Tunnels and assignments are two topics: a node may read what it is asked before it reads its own tunnel. */
    @Test
    void answersOnlyThatItLetGoBeforeItsOwnTunnelIsRead() {
        read(1, AssignmentStep.PREPARE, OTHER, Optional.of(ME));
        assertEquals(List.of(), settled(FINE, true, false));
        assertEquals(List.of(AckOutcome.PREPARED), settled(FINE, true, true));
        read(2, AssignmentStep.ACQUIRE, ME, Optional.empty());
        assertEquals(List.of(), settled(FINE, true, false));
        assertEquals(List.of(AckOutcome.APPLIED), settled(FINE, true, true));
        read(3, AssignmentStep.RELEASE, ME, Optional.of(OTHER));
        assertEquals(List.of(AckOutcome.WITHDRAWN), settled(FINE, true, false));
    }

    @Test
    void answersAgainWhenTheRecordIsReadAgain() {
        read(1, AssignmentStep.RELEASE, ME, Optional.of(OTHER));
        assertEquals(List.of(AckOutcome.WITHDRAWN), settled(FINE, true));
        read(1, AssignmentStep.RELEASE, ME, Optional.of(OTHER));
        assertEquals(List.of(AckOutcome.WITHDRAWN), settled(FINE, true));
    }

    @Test
    void tellsAFailureOnceAnEpochAlsoOfAnEipThatWasFine() {
        read(1, AssignmentStep.HELD, ME, Optional.empty());
        assertEquals(List.of(), settled(FINE, true));
        assertEquals(List.of(AckOutcome.FAILED), settled(FAULTY, true));
        assertEquals(List.of(), settled(FAULTY, true));
        read(2, AssignmentStep.ACQUIRE, ME, Optional.empty());
        assertEquals(List.of(AckOutcome.FAILED), settled(FAULTY, true));
    }

    @Test
    void tellsNoFailureOfAnEipThatIsAnothers() {
        read(1, AssignmentStep.HELD, OTHER, Optional.empty());
        assertEquals(List.of(), settled(FAULTY, true));
    }

    @Test
    void knowsWhetherItIsNamedInAnyIncarnation() {
        read(1, AssignmentStep.HELD, new Holder(SELF, new Incarnation(2)), Optional.empty());
        assertTrue(owed.isNamedHolder());
        owed = owed.after(List.of(new Input.News.OfEip(EIP, Optional.empty())), 0);
        assertFalse(owed.isNamedHolder());
    }
}
