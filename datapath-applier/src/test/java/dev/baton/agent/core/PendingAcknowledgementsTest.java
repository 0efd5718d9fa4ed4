package dev.baton.agent.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.baton.contract.AckOutcome;
import dev.baton.contract.Assignment;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.DatapathAcknowledged;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.Eip;
import dev.baton.contract.Epoch;
import dev.baton.contract.GatewayId;
import dev.baton.contract.Holder;
import dev.baton.contract.Incarnation;
import dev.baton.contract.Mark;
import dev.baton.contract.MoveReason;
import dev.baton.contract.NodeId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PendingAcknowledgementsTest {
    private static final Eip E = Eip.parse("10.6.1.1");
    private static final Holder ME = new Holder(new NodeId("node1"), new Incarnation(7));

    private static DatapathAcknowledged applied(long epoch) {
        return new DatapathAcknowledged(
                ME.node(),
                ME.incarnation(),
                E,
                new Epoch(epoch),
                AckOutcome.APPLIED,
                DatapathFault.NONE,
                Optional.empty(),
                Duration.ofMillis(1));
    }

    private static Map<Eip, Assignment> read(AssignmentStep step, long epoch) {
        return Map.of(
                E,
                new Assignment(
                        E,
                        new GatewayId("gw"),
                        new Mark(0x2610_0001),
                        new Epoch(epoch),
                        step,
                        Optional.of(ME),
                        Optional.empty(),
                        MoveReason.ACK_TIMEOUT,
                        1));
    }

    @Test
    void anAnswerThatWasLostIsSentAgain() {
        var first = PendingAcknowledgements.none()
                .with(List.of(applied(4)), 0)
                .due(ME.incarnation(), read(AssignmentStep.ACQUIRE, 4), 0);
        assertEquals(List.of(applied(4)), first.acknowledgements());
        var again = first.rest().lost(applied(4), 0).due(ME.incarnation(), Map.of(), 200_000_000);
        assertEquals(List.of(applied(4)), again.acknowledgements());
    }

    @Test
    void anAnswerToAnEarlierAssignmentIsDropped() {
        var pending = PendingAcknowledgements.none().with(List.of(applied(4)), 0);
        var due = pending.due(ME.incarnation(), read(AssignmentStep.RELEASE, 5), 0);
        assertEquals(List.of(), due.acknowledgements());
        assertEquals(PendingAcknowledgements.none(), due.rest());
    }

    @Test
    void anAnswerOfAnEarlierIncarnationIsDropped() {
        var pending = PendingAcknowledgements.none().with(List.of(applied(4)), 0);
        assertEquals(
                List.of(),
                pending.due(new Incarnation(8), read(AssignmentStep.ACQUIRE, 4), 0)
                        .acknowledgements());
    }
}
