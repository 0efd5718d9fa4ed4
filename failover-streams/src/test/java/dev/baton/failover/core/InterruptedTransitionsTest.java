package dev.baton.failover.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.AckOutcome;
import dev.baton.contract.Assignment;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.Holder;
import dev.baton.contract.TunnelPhase;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every transition, interrupted: each of the five steps meets each of six events. Three nodes; node1 holds the EIP, or
 * is about to take it.
 */
class InterruptedTransitionsTest {
    private static final String ROWS = """
        WAITING lost         -> WAITING NO_ELIGIBLE_NODE
        WAITING failed       -> WAITING NO_ELIGIBLE_NODE
        WAITING overdue      -> WAITING NO_ELIGIBLE_NODE
        WAITING drained      -> WAITING NO_ELIGIBLE_NODE
        WAITING unused       -> freed
        WAITING acknowledged -> WAITING NO_ELIGIBLE_NODE
        PREPARE lost         -> ACQUIRE(node3) HOLDER_TIMED_OUT
        PREPARE failed       -> PREPARE(node1, then node3) DRAIN
        PREPARE overdue      -> PREPARE(node1, then node2) DRAIN
        PREPARE drained      -> PREPARE(node1, then node3) DRAIN
        PREPARE unused       -> RELEASE(node1) DRAIN
        PREPARE acknowledged -> RELEASE(node1, then node3) DRAIN
        RELEASE lost         -> ACQUIRE(node3) HOLDER_TIMED_OUT
        RELEASE failed       -> RELEASE(node1, then node3) DRAIN
        RELEASE overdue      -> RELEASE(node1, then node3) DRAIN
        RELEASE drained      -> RELEASE(node1, then node3) DRAIN
        RELEASE unused       -> RELEASE(node1, then node3) DRAIN
        RELEASE acknowledged -> ACQUIRE(node3) DRAIN
        ACQUIRE lost         -> ACQUIRE(node3) HOLDER_TIMED_OUT
        ACQUIRE failed       -> ACQUIRE(node1) ALLOCATED
        ACQUIRE overdue      -> RELEASE(node1) ACK_TIMEOUT
        ACQUIRE drained      -> ACQUIRE(node1) ALLOCATED
        ACQUIRE unused       -> RELEASE(node1) ALLOCATED
        ACQUIRE acknowledged -> HELD(node1) ALLOCATED
        HELD    lost         -> ACQUIRE(node3) HOLDER_TIMED_OUT
        HELD    failed       -> RELEASE(node1, then node3) HOLDER_FAILED
        HELD    overdue      -> HELD(node1) ALLOCATED
        HELD    drained      -> PREPARE(node1, then node3) DRAIN
        HELD    unused       -> RELEASE(node1) ALLOCATED
        HELD    acknowledged -> HELD(node1) ALLOCATED
        """;

    static Stream<String> rows() {
        return ROWS.lines();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void leadsToTheStepThatTheRowNames(String row) {
        AtStep at = interrupted(row);

        assertEquals(row.substring(row.indexOf("-> ") + 3), describe(at.assignment()));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void comesToRestAtOneHolderOnceAllAnswer(String row) {
        AtStep at = interrupted(row);

        for (int i = 0; i < 10 && asked(at).isPresent(); i++) {
            Assignment now = at.assignment().orElseThrow();
            at.story().answer(AtStep.EIP, now.step().asks().orElseThrow());
        }

        boolean freed = at.assignment().isEmpty();
        assertEquals(row.contains(" unused "), freed, "freed if no policy uses it, and only then");
        if (!freed) {
            AssignmentStep last = at.assignment().orElseThrow().step();
            assertTrue(last == AssignmentStep.HELD || row.startsWith("WAITING"), () -> "stands at " + last);
        }
    }

    private static Optional<Holder> asked(AtStep at) {
        return at.assignment().flatMap(Assignment::askedHolder);
    }

    private static AtStep interrupted(String row) {
        String[] words = row.split(" +");
        AtStep at = AtStep.ofThree(AssignmentStep.valueOf(words[0]));
        switch (words[1]) {
            case "lost" -> at.story().phase(1, 1, TunnelPhase.HEARTBEAT_TIMEOUT);
            case "failed" -> at.story().phase(1, 1, TunnelPhase.FAILED);
            case "overdue" -> at.happens(AssignmentEvent.OVERDUE);
            case "drained" -> at.happens(AssignmentEvent.HOLDER_DRAINED);
            case "unused" -> at.happens(AssignmentEvent.UNUSED);
            case "acknowledged" ->
                asked(at)
                        .ifPresent(_ -> at.story()
                                .answer(
                                        AtStep.EIP,
                                        at.assignment()
                                                .orElseThrow()
                                                .step()
                                                .asks()
                                                .orElse(AckOutcome.APPLIED)));
            default -> throw new IllegalArgumentException(row);
        }
        return at;
    }

    private static String describe(Optional<Assignment> assignment) {
        if (assignment.isEmpty()) {
            return "freed";
        }
        Assignment now = assignment.get();
        String nodes = now.holder()
                .map(holder -> "(" + holder.node()
                        + now.successor().map(next -> ", then " + next.node()).orElse("") + ")")
                .orElse("");
        return now.step() + nodes + " " + now.reason();
    }
}
