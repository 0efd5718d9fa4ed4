package dev.baton.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AssignmentTest {
    private static final Holder HOLDER = new Holder(new NodeId("node1"), new Incarnation(7));
    private static final Holder SUCCESSOR = new Holder(new NodeId("node2"), new Incarnation(9));

    private static Assignment in(AssignmentStep step) {
        return new Assignment(
                Eip.parse("10.6.1.21"),
                new GatewayId("egw"),
                new Mark(0x26100001),
                new Epoch(3),
                step,
                Optional.of(HOLDER),
                Optional.of(SUCCESSOR),
                MoveReason.ALLOCATED,
                42);
    }

    private static Holder next(Holder holder) {
        return new Holder(holder.node(), holder.incarnation().next());
    }

    @ParameterizedTest
    @CsvSource({
        "WAITING, , ",
        "PREPARE, , PREPARED",
        "RELEASE, WITHDRAWN, ",
        "ACQUIRE, APPLIED, ",
        "HELD, , ",
    })
    void eachStepAsksOneNodeAtMostForOneAnswer(AssignmentStep step, AckOutcome ofHolder, AckOutcome ofSuccessor) {
        Assignment assignment = in(step);

        assertEquals(Optional.ofNullable(ofHolder), assignment.askedOf(HOLDER));
        assertEquals(Optional.ofNullable(ofSuccessor), assignment.askedOf(SUCCESSOR));
        Optional<Holder> asked = Optional.ofNullable(ofSuccessor).map(outcome -> SUCCESSOR);
        assertEquals(ofHolder == null ? asked : Optional.of(HOLDER), assignment.askedHolder());
    }

    @ParameterizedTest
    @EnumSource(AssignmentStep.class)
    void nothingIsAskedOfAnotherIncarnationOfTheNode(AssignmentStep step) {
        assertEquals(Optional.empty(), in(step).askedOf(next(HOLDER)));
        assertEquals(Optional.empty(), in(step).askedOf(next(SUCCESSOR)));
    }

    @ParameterizedTest
    @CsvSource({"WAITING, false", "PREPARE, true", "RELEASE, false", "ACQUIRE, true", "HELD, true"})
    void onlyTheNamedIncarnationMayHoldAndNotWhileItReleases(AssignmentStep step, boolean may) {
        assertEquals(may, in(step).allows(HOLDER.node(), HOLDER.incarnation()));
        assertFalse(in(step).allows(HOLDER.node(), HOLDER.incarnation().next()));
        assertFalse(in(step).allows(SUCCESSOR.node(), SUCCESSOR.incarnation()));
    }
}
