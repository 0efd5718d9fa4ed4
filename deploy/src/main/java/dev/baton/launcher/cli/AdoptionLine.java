package dev.baton.launcher.cli;

import dev.baton.contract.Assignment;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.Eip;
import dev.baton.contract.EipsAdopted;
import dev.baton.contract.EipsAdopted.AdoptedEip;
import dev.baton.contract.Epoch;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.FleetSnapshot.FleetPolicy;
import dev.baton.contract.GatewayId;
import dev.baton.contract.Holder;
import dev.baton.contract.NodeId;
import dev.baton.contract.PolicyId;
import dev.baton.failover.core.FleetState;
import java.util.List;
import java.util.Optional;

/** An EIP that was found in EgressGateway's statuses, and what has become of it in a state of the fleet. */
record AdoptionLine(GatewayId gateway, AdoptedEip found) {
    private static final int NAMED_POLICIES = 2;

    static List<AdoptionLine> of(List<EipsAdopted> adopted) {
        return adopted.stream()
                .flatMap(gateway -> gateway.eips().stream().map(eip -> new AdoptionLine(gateway.gateway(), eip)))
                .toList();
    }

    /** Whether no policy uses it any more, so that nothing is to be taken over. */
    boolean isReleased() {
        return found.policies().isEmpty();
    }

    /** Whether the same policies use it on the same node, or it was released. */
    boolean isSame(FleetState state) {
        boolean held = assignment(state).map(Assignment::step).equals(Optional.of(AssignmentStep.HELD));
        boolean same = found.node().isEmpty() || node(state).equals(found.node());
        return isReleased() || held && same && bound(state) == found.policies().size();
    }

    /** Whether nothing is under way that could make it the same. */
    boolean isAtRest(FleetState state) {
        return state.eips().values().stream()
                .map(FleetEip::assignment)
                .filter(assignment -> assignment.gateway().equals(gateway))
                .allMatch(AdoptionLine::isAtRest);
    }

    private static boolean isAtRest(Assignment assignment) {
        return switch (assignment.step()) {
            case HELD -> true;
            case WAITING -> !assignment.epoch().equals(Epoch.NONE);
            case PREPARE, RELEASE, ACQUIRE -> false;
        };
    }

    Eip eip() {
        return found.eip();
    }

    String wanted() {
        return found.node().map(NodeId::toString).orElse("-");
    }

    /** The node that holds it, or is about to; empty: none. */
    Optional<NodeId> node(FleetState state) {
        return assignment(state).flatMap(now -> now.successor().or(now::holder)).map(Holder::node);
    }

    String now(FleetState state) {
        return node(state).map(NodeId::toString).orElse("-");
    }

    private Optional<Assignment> assignment(FleetState state) {
        return state.eips().get(eip()).map(FleetEip::assignment);
    }

    /** How many of its policies use it. */
    long bound(FleetState state) {
        return found.policies().stream()
                .filter(policy ->
                        state.policies().get(policy).flatMap(FleetPolicy::eip).equals(Optional.of(eip())))
                .count();
    }

    /** The first ones by name, and how many more. */
    String policies() {
        List<PolicyId> all = found.policies();
        String named = String.join(
                ",", all.stream().limit(NAMED_POLICIES).map(PolicyId::toString).toList());
        int more = all.size() - NAMED_POLICIES;
        return more > 0 ? named + " and " + more + " more" : named.isEmpty() ? "-" : named;
    }
}
