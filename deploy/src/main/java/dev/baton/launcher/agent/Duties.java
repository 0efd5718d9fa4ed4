package dev.baton.launcher.agent;

import dev.baton.contract.AckOutcome;
import dev.baton.contract.Assignment;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.DatapathAcknowledged;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.Eip;
import dev.baton.contract.Epoch;
import dev.baton.contract.Holder;
import dev.baton.contract.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which acknowledgements this node owes. One for each assignment record that asks it to do something, given when the
 * datapath has done it; again if the record is read again, since then the coordinator may not have heard the first.
 */
final class Duties {
    private record Owed(Assignment assignment, long readNanos) {}

    private final NodeId self;
    private final SortedMap<Eip, Assignment> assignments = new TreeMap<>();
    private final SortedMap<Eip, Owed> owed = new TreeMap<>();
    /** The epoch under which an EIP's failure was told. */
    private final SortedMap<Eip, Epoch> failures = new TreeMap<>();

    Duties(NodeId self) {
        this.self = self;
    }

    void read(Assignment assignment, long nowNanos) {
        assignments.put(assignment.eip(), assignment);
        owed.put(assignment.eip(), new Owed(assignment, nowNanos));
        failures.remove(assignment.eip());
    }

    void removed(Eip eip) {
        assignments.remove(eip);
        owed.remove(eip);
        failures.remove(eip);
    }

    /** Whether any assignment names this node, in any incarnation, as the one that may hold. */
    boolean isNamedHolder() {
        return assignments.values().stream()
                .anyMatch(assignment ->
                        assignment.holder().filter(h -> h.node().equals(self)).isPresent());
    }

    /**
     * What can be acknowledged after an apply.
     *
     * @param faults of the EIPs that failed; all others are as desired
     * @param mayHold whether the kernel lease runs: without it nothing is held, whatever is programmed
     */
    List<DatapathAcknowledged> settle(Holder me, Map<Eip, DatapathFault> faults, boolean mayHold, long nowNanos) {
        var settled = new ArrayList<DatapathAcknowledged>();
        for (Owed duty : List.copyOf(owed.values())) {
            Eip eip = duty.assignment().eip();
            Optional<AckOutcome> done = duty.assignment().askedOf(me);
            if (faults.containsKey(eip) || (done.equals(Optional.of(AckOutcome.APPLIED)) && !mayHold)) {
                continue;
            }
            owed.remove(eip);
            failures.remove(eip);
            done.ifPresent(outcome -> settled.add(acknowledged(me, duty, outcome, DatapathFault.NONE, nowNanos)));
        }
        faults.forEach((eip, fault) -> failure(eip, me, nowNanos)
                .ifPresent(duty -> settled.add(acknowledged(me, duty, AckOutcome.FAILED, fault, nowNanos))));
        return settled;
    }

    /** Told once an epoch, also of an EIP that is held and was fine before. */
    private Optional<Owed> failure(Eip eip, Holder me, long nowNanos) {
        Assignment assignment = assignments.get(eip);
        if (assignment == null || assignment.epoch().equals(failures.get(eip))) {
            return Optional.empty();
        }
        if (assignment.step() == AssignmentStep.RELEASE) {
            // Nobody gains by hearing that it is not released yet: tried again, and told when it is.
            return Optional.empty();
        }
        boolean concerned = assignment.askedOf(me).isPresent() || assignment.allows(me.node(), me.incarnation());
        failures.put(eip, assignment.epoch());
        Owed duty = Optional.ofNullable(owed.remove(eip)).orElse(new Owed(assignment, nowNanos));
        return concerned ? Optional.of(duty) : Optional.empty();
    }

    private static DatapathAcknowledged acknowledged(
            Holder me, Owed duty, AckOutcome outcome, DatapathFault fault, long nowNanos) {
        return new DatapathAcknowledged(
                me.node(),
                me.incarnation(),
                duty.assignment().eip(),
                duty.assignment().epoch(),
                outcome,
                fault,
                Duration.ofNanos(Math.max(0, nowNanos - duty.readNanos())));
    }
}
