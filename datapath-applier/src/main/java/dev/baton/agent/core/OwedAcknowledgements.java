package dev.baton.agent.core;

import dev.baton.contract.AckOutcome;
import dev.baton.contract.Assignment;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.DatapathAcknowledged;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.Eip;
import dev.baton.contract.EipFailure;
import dev.baton.contract.Epoch;
import dev.baton.contract.Holder;
import dev.baton.contract.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which acknowledgements this node owes. One for each assignment record that asks it to do something, given when the
 * datapath has done it; again if the record is read again, since then the coordinator may not have heard the first.
 *
 * @param assignments of all EIPs
 * @param owed what was read and not answered yet
 * @param failures the epoch under which an EIP's failure was told
 */
public record OwedAcknowledgements(
        NodeId self,
        SortedMap<Eip, Assignment> assignments,
        SortedMap<Eip, Owed> owed,
        SortedMap<Eip, Epoch> failures) {
    private static final EipFailure DONE = EipFailure.of(DatapathFault.NONE);

    /** An assignment that was read and not answered yet. */
    public record Owed(Assignment assignment, long readNanos) {}

    /** What can be acknowledged now, and what is owed then. */
    public record Settled(OwedAcknowledgements rest, List<DatapathAcknowledged> acknowledgements) {}

    static OwedAcknowledgements none(NodeId self) {
        return new OwedAcknowledgements(
                self, Collections.emptySortedMap(), Collections.emptySortedMap(), Collections.emptySortedMap());
    }

    OwedAcknowledgements after(List<Input.News.OfEip> news, long nowNanos) {
        if (news.isEmpty()) {
            return this;
        }
        var known = new TreeMap<>(assignments);
        var unanswered = new TreeMap<>(owed);
        var told = new TreeMap<>(failures);
        for (Input.News.OfEip one : news) {
            known.remove(one.eip());
            unanswered.remove(one.eip());
            told.remove(one.eip());
            one.assignment().ifPresent(assignment -> {
                known.put(one.eip(), assignment);
                unanswered.put(one.eip(), new Owed(assignment, nowNanos));
            });
        }
        return of(known, unanswered, told);
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
     * @param failed EIPs; all others are as desired
     * @param leased whether the kernel lease runs: without it nothing is held, whatever is programmed
     * @param reachable whether this node's tunnel was read: without it nothing is programmed, only let go of
     */
    Settled settle(Holder me, Map<Eip, EipFailure> failed, boolean leased, boolean reachable, long nowNanos) {
        if (owed.isEmpty() && failed.isEmpty()) {
            return new Settled(this, List.of());
        }
        var unanswered = new TreeMap<>(owed);
        var told = new TreeMap<>(failures);
        var answers = new ArrayList<DatapathAcknowledged>();
        owed.forEach((eip, duty) -> {
            Optional<AckOutcome> asked = duty.assignment().askedOf(me);
            boolean done =
                    asked.map(outcome -> isDone(outcome, leased, reachable)).orElse(true);
            if (done && !failed.containsKey(eip)) {
                unanswered.remove(eip);
                told.remove(eip);
                asked.ifPresent(outcome -> answers.add(acknowledged(me, duty, outcome, DONE, nowNanos)));
            }
        });
        var known = new TreeMap<>(assignments);
        failed.forEach((eip, failure) -> {
            Optional<Assignment> assignment = Optional.ofNullable(assignments.get(eip))
                    .filter(one -> !one.epoch().equals(told.get(eip)))
                    // A failed release is tried again and not told: WITHDRAWN is sent once it succeeds.
                    .filter(one -> one.step() != AssignmentStep.RELEASE);
            assignment.ifPresent(one -> {
                told.put(eip, one.epoch());
                Owed duty = Optional.ofNullable(unanswered.remove(eip)).orElse(new Owed(one, nowNanos));
                if (one.askedOf(me).isPresent() || one.allows(me.node(), me.incarnation())) {
                    answers.add(acknowledged(me, duty, AckOutcome.FAILED, failure, nowNanos));
                    // What is told as FAILED is never done under this epoch any more.
                    known.remove(eip);
                    told.remove(eip);
                }
            });
        });
        return new Settled(of(known, unanswered, told), answers);
    }

    private static boolean isDone(AckOutcome outcome, boolean leased, boolean reachable) {
        return switch (outcome) {
            case APPLIED -> leased && reachable;
            case PREPARED -> reachable;
            case WITHDRAWN, FAILED -> true;
        };
    }

    private OwedAcknowledgements of(
            SortedMap<Eip, Assignment> known, SortedMap<Eip, Owed> unanswered, SortedMap<Eip, Epoch> told) {
        return new OwedAcknowledgements(
                self,
                Collections.unmodifiableSortedMap(known),
                Collections.unmodifiableSortedMap(unanswered),
                Collections.unmodifiableSortedMap(told));
    }

    private static DatapathAcknowledged acknowledged(
            Holder me, Owed duty, AckOutcome outcome, EipFailure failure, long nowNanos) {
        return new DatapathAcknowledged(
                me.node(),
                me.incarnation(),
                duty.assignment().eip(),
                duty.assignment().epoch(),
                outcome,
                failure.fault(),
                failure.owner(),
                Duration.ofNanos(Math.max(0, nowNanos - duty.readNanos())));
    }
}
