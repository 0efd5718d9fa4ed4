package dev.baton.sim;

import dev.baton.contract.AckOutcome;
import dev.baton.contract.Assignment;
import dev.baton.contract.DatapathAcknowledged;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.Eip;
import dev.baton.contract.Epoch;
import dev.baton.contract.Holder;
import dev.baton.contract.LivenessEvent;
import java.time.Duration;
import java.util.TreeMap;

/** What an agent owes the coordinator: sent until the log says that it has it, again when the question comes again. */
final class Answers {
    private static final long RETRY = 400_000_000;

    private record Given(Epoch epoch, boolean heard) {}

    private final World world;
    private final Process process;
    private final Pipe<LivenessEvent> pipe;
    private final TreeMap<Eip, Given> given = new TreeMap<>();

    Answers(World world, Process process, Pipe<LivenessEvent> pipe) {
        this.world = world;
        this.process = process;
        this.pipe = pipe;
    }

    /** The record was read (again): maybe the last answer was not heard. */
    void askedAgain(Eip eip) {
        given.remove(eip);
    }

    boolean owes(Assignment assignment) {
        Given last = given.get(assignment.eip());
        return last == null || !last.epoch().equals(assignment.epoch());
    }

    void give(Holder me, Eip eip, Epoch epoch, AckOutcome outcome) {
        given.put(eip, new Given(epoch, false));
        send(new DatapathAcknowledged(
                me.node(),
                me.incarnation(),
                eip,
                epoch,
                outcome,
                outcome == AckOutcome.FAILED ? DatapathFault.ADDRESS : DatapathFault.NONE,
                Duration.ofMillis(3)));
    }

    private void send(DatapathAcknowledged ack) {
        long expires = world.scheduler().now() + RETRY;
        pipe.send(ack, expires, () -> process.run(() -> heard(ack)));
        process.in(RETRY * 2, () -> {
            Given last = given.get(ack.eip());
            if (last != null && last.epoch().equals(ack.epoch()) && !last.heard()) {
                send(ack);
            }
        });
    }

    private void heard(DatapathAcknowledged ack) {
        Given last = given.get(ack.eip());
        if (last != null && last.epoch().equals(ack.epoch())) {
            given.put(ack.eip(), new Given(ack.epoch(), true));
        }
    }
}
