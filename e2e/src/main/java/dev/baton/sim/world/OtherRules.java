package dev.baton.sim.world;

import dev.baton.contract.Assignment;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.Decision;
import dev.baton.contract.Decision.Candidate;
import dev.baton.contract.Decision.EipAssigned;
import dev.baton.contract.FleetSnapshot;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.Holder;
import dev.baton.contract.NodeId;
import dev.baton.contract.Rules;
import dev.baton.contract.Sequenced;
import dev.baton.contract.Verdict;
import dev.baton.failover.core.Coordination;
import dev.baton.failover.core.FleetState;
import dev.baton.failover.core.Outcome;
import java.util.ArrayList;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a newer release decides once its rules are adopted: of the nodes that could hold an EIP it takes the last one,
 * not the one with the least load.
 */
public final class OtherRules {
    /** Their version. */
    public static final Rules VERSION = new Rules(Rules.NEWEST.version() + 1);

    private OtherRules() {}

    /** The coordination fold of that release. */
    public static Outcome step(FleetState before, long offset, Sequenced entry) {
        Outcome outcome = Coordination.step(before, offset, entry);
        return before.rules().include(VERSION) ? applied(outcome) : outcome;
    }

    static Outcome applied(Outcome outcome) {
        var moved = new TreeMap<String, Assignment>();
        var decisions = new ArrayList<Decision>();
        for (Decision decision : outcome.decisions()) {
            Optional<EipAssigned> other =
                    decision instanceof EipAssigned assigned ? otherPlace(outcome.state(), assigned) : Optional.empty();
            other.ifPresent(one -> moved.put(one.assignment().eip().toString(), one.assignment()));
            decisions.add(other.<Decision>map(one -> one).orElse(decision));
        }
        return moved.isEmpty() ? outcome : new Outcome(with(outcome.state(), moved), decisions, outcome.ignored());
    }

    private static Optional<EipAssigned> otherPlace(FleetState state, EipAssigned assigned) {
        Assignment assignment = assigned.assignment();
        Optional<NodeId> last = assigned.candidates().stream()
                .filter(candidate -> candidate.verdict() == Verdict.ELIGIBLE)
                .map(Candidate::node)
                .reduce((before, next) -> next);
        if (assignment.step() != AssignmentStep.ACQUIRE || last.isEmpty()) {
            return Optional.empty();
        }
        return state.nodes()
                .get(last.get())
                .map(node -> new Holder(node.node(), node.incarnation()))
                .filter(holder -> !assignment.holder().equals(Optional.of(holder)))
                .map(holder -> new EipAssigned(
                        assignment.withHolders(Optional.of(holder), assignment.successor()),
                        assigned.from(),
                        assigned.candidates()));
    }

    private static FleetState with(FleetState state, TreeMap<String, Assignment> moved) {
        FleetSnapshot whole = state.snapshot(0);
        return FoldsUnderTest.withEips(
                whole, whole.eips().stream().map(eip -> with(eip, moved)).toList());
    }

    private static FleetEip with(FleetEip eip, TreeMap<String, Assignment> moved) {
        Assignment other = moved.get(eip.assignment().eip().toString());
        return other == null ? eip : new FleetEip(other, eip.deadline(), eip.alerted(), eip.quarantined());
    }
}
