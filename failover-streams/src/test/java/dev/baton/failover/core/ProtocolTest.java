package dev.baton.failover.core;

import static dev.baton.failover.core.FleetStory.node;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.AckOutcome;
import dev.baton.contract.Assignment;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.Decision;
import dev.baton.contract.MoveReason;
import dev.baton.contract.NodeId;
import dev.baton.contract.TunnelPhase;
import dev.baton.failover.core.Protocol.Quarantined;
import dev.baton.failover.core.Protocol.Row;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Walks every cell of the protocol's table with the real fold: what the table says is what happens. */
class ProtocolTest {

    static Stream<Arguments> cells() {
        return Stream.of(AssignmentStep.values())
                .flatMap(step -> Stream.of(AssignmentEvent.values()).map(event -> Arguments.of(step, event)));
    }

    @ParameterizedTest(name = "{0} x {1}")
    @MethodSource("cells")
    void theFoldDoesWhatTheCellSays(AssignmentStep step, AssignmentEvent event) {
        Optional<Row> row = Protocol.row(step, event);
        if (!AtStep.canHappen(step, event)) {
            assertEquals(Optional.empty(), row, "no row for what cannot happen");
            return;
        }
        AtStep at = AtStep.of(step, event);
        Assignment before = at.assignment().orElseThrow();

        List<Decision> decided = at.happens(event);

        if (row.isEmpty()) {
            assertEquals(Optional.of(before), at.assignment(), "no row: nothing changes");
            return;
        }
        if (row.get().transition() == Transition.FREE) {
            assertEquals(Optional.empty(), at.assignment(), "the assignment ended");
            return;
        }
        Assignment after = at.assignment().orElseThrow();
        assertEquals(row.get().quarantined() != Quarantined.NOBODY, isQuarantineIn(decided), "quarantine");
        assertEquals(expectedStep(row.get(), before), after.step());
        assertTrue(reasonIsOf(row.get(), before, after), () -> "reason " + after.reason() + " of " + row);
        checkHolder(row.get(), before, after);
    }

    /** KEEP and EVALUATE look at the EIP again at once; the situations of {@link AtStep} say what is found then. */
    private static AssignmentStep expectedStep(Row row, Assignment before) {
        return switch (row.transition()) {
            case EVALUATE -> before.step() == AssignmentStep.WAITING ? AssignmentStep.ACQUIRE : AssignmentStep.PREPARE;
            case ACQUIRE_BEST,
                    ACQUIRE_SAME_NODE_FIRST,
                    ACQUIRE_SUCCESSOR_FIRST,
                    PREPARE_BEST,
                    PREPARE_REQUESTED,
                    RELEASE_FOR_BEST,
                    RELEASE_FOR_SUCCESSOR,
                    RELEASE_FOR_NOBODY,
                    CONFIRM,
                    KEEP,
                    WAIT,
                    FREE,
                    GATHER,
                    RETRY_LATER,
                    ALERT -> row.transition().next().orElse(before.step());
        };
    }

    private static boolean reasonIsOf(Row row, Assignment before, Assignment after) {
        return switch (row.transition()) {
            case CONFIRM, KEEP, ALERT, GATHER, RETRY_LATER -> after.reason() == before.reason();
            case WAIT -> after.reason() == MoveReason.NO_ELIGIBLE_NODE;
            case EVALUATE -> true;
            case ACQUIRE_BEST,
                    ACQUIRE_SAME_NODE_FIRST,
                    ACQUIRE_SUCCESSOR_FIRST,
                    PREPARE_BEST,
                    PREPARE_REQUESTED,
                    RELEASE_FOR_BEST,
                    RELEASE_FOR_SUCCESSOR,
                    RELEASE_FOR_NOBODY,
                    FREE ->
                row.event().reasons().isEmpty()
                        ? after.reason() == before.reason()
                        : row.event().reasons().contains(after.reason());
        };
    }

    private static void checkHolder(Row row, Assignment before, Assignment after) {
        if (row.transition().isAcquire()) {
            assertEquals(
                    Optional.of(AtStep.B), after.holder().map(holder -> holder.node()), "the way is free for node2");
        } else if (row.transition() != Transition.EVALUATE) {
            assertEquals(before.holder(), after.holder(), "without an ACQUIRE the holder stays");
        }
        switch (row.transition()) {
            case PREPARE_BEST, PREPARE_REQUESTED, RELEASE_FOR_BEST, RELEASE_FOR_SUCCESSOR ->
                assertEquals(Optional.of(AtStep.B), after.successor().map(next -> next.node()));
            case RELEASE_FOR_NOBODY, KEEP, CONFIRM, ACQUIRE_BEST, ACQUIRE_SAME_NODE_FIRST, ACQUIRE_SUCCESSOR_FIRST ->
                assertEquals(Optional.empty(), after.successor());
            case WAIT, FREE, GATHER, RETRY_LATER, ALERT, EVALUATE -> {}
        }
    }

    private static boolean isQuarantineIn(List<Decision> decided) {
        return decided.stream().anyMatch(decision -> decision instanceof Decision.NodeQuarantined);
    }

    static Stream<Row> rowsThatNeedANode() {
        return Protocol.ROWS.stream()
                .filter(row -> row.transition() != row.otherwise())
                // Without a node nothing happens to what waits: there is no event to send.
                .filter(row -> row.event() != AssignmentEvent.NODE_WANTED);
    }

    @ParameterizedTest
    @MethodSource("rowsThatNeedANode")
    void ifNoNodeCanTakeItTheOtherTransitionIsTaken(Row row) {
        AtStep at = AtStep.alone(row.step(), row.event());
        Assignment before = at.assignment().orElseThrow();

        at.happens(row.event());

        Assignment after = at.assignment().orElseThrow();
        assertEquals(row.otherwise().next().orElse(before.step()), after.step());
        if (row.otherwise() == Transition.WAIT) {
            assertEquals(Optional.empty(), after.holder());
        }
    }

    @Test
    void noCellHasTwoRows() {
        Set<String> cells = new HashSet<>();
        for (Row row : Protocol.ROWS) {
            assertTrue(cells.add(row.step() + " x " + row.event()), () -> "two rows: " + row);
        }
    }

    /** The argument for "never two holders", read off the table: nothing else may lead to ACQUIRE. */
    @Test
    void onlyAFreeWayLeadsToAcquire() {
        Set<AssignmentEvent> free = Set.of(
                AssignmentEvent.HOLDER_LOST,
                AssignmentEvent.HOLDER_ANSWERED_FAILED,
                AssignmentEvent.WITHDRAWN,
                AssignmentEvent.NODE_WANTED);
        for (Row row : Protocol.ROWS) {
            if (row.transition().isAcquire()) {
                assertTrue(free.contains(row.event()), row::toString);
            }
            assertTrue(!row.otherwise().isAcquire() || row.transition().isAcquire(), row::toString);
        }
        assertEquals(
                Transition.ALERT,
                Protocol.row(AssignmentStep.RELEASE, AssignmentEvent.HOLDER_ANSWERED_FAILED)
                        .orElseThrow()
                        .transition(),
                "a holder that could not let go may still hold");
    }

    @Test
    void aHolderThatIsBackGetsItsEipAgainThoughAnotherNodeIsFree() {
        AtStep at = AtStep.of(AssignmentStep.HELD, AssignmentEvent.HOLDER_LOST);
        NodeId before = at.assignment().orElseThrow().holder().orElseThrow().node();

        at.story().phase(1, 2, TunnelPhase.READY);

        Assignment after = at.assignment().orElseThrow();
        assertEquals(AssignmentStep.ACQUIRE, after.step());
        assertEquals(Optional.of(before), after.holder().map(holder -> holder.node()));
        assertNotEquals(node(2), before);
        at.story().answer(AtStep.EIP, AckOutcome.APPLIED);
        assertEquals(AssignmentStep.HELD, at.assignment().orElseThrow().step());
    }
}
