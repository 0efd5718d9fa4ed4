package dev.baton.failover.core;

import dev.baton.contract.Alert;
import dev.baton.contract.Assignment;
import dev.baton.contract.Decision;
import dev.baton.contract.Eip;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.FleetSnapshot.FleetNode;
import dev.baton.contract.FleetSnapshot.FleetPolicy;
import dev.baton.contract.NodeId;
import dev.baton.contract.PolicyBinding;
import dev.baton.contract.PolicyId;
import dev.baton.contract.SettingsInForce;
import dev.baton.contract.Tunnel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The compacted views that follow from a decision, or from a whole state. */
public final class Views {
    private Views() {}

    /** A change to one compacted topic; an empty value is a removal. */
    public sealed interface View {
        record OfTunnel(NodeId node, Optional<Tunnel> tunnel) implements View {}

        record OfSettings(SettingsInForce settings) implements View {}

        record OfAssignment(Eip eip, Optional<Assignment> assignment) implements View {}

        record OfPolicy(PolicyId policy, Optional<PolicyBinding> binding) implements View {}

        record OfAlert(Alert alert) implements View {}
    }

    /**
     * The changes to publish after one entry.
     *
     * @param cause offset of the entry
     */
    public static List<View> of(FleetState before, Outcome outcome, long cause) {
        var views = new ArrayList<View>();
        FleetState after = outcome.state();
        if (!before.settings().equals(after.settings())) {
            views.add(new View.OfSettings(new SettingsInForce(after.settings(), cause)));
        }
        for (Decision decision : outcome.decisions()) {
            of(after, decision, cause).ifPresent(views::add);
        }
        return views;
    }

    private static Optional<View> of(FleetState after, Decision decision, long cause) {
        return switch (decision) {
            case Decision.TunnelAllocated allocated -> Optional.of(ofTunnel(after, allocated.node(), cause));
            case Decision.TunnelPhaseDecided decided -> Optional.of(ofTunnel(after, decided.node(), cause));
            case Decision.TunnelReleased released -> Optional.of(ofTunnel(after, released.node(), cause));
            case Decision.PolicyBound bound -> Optional.of(ofPolicy(after, bound.policy(), cause));
            case Decision.PolicyUnbound unbound -> Optional.of(ofPolicy(after, unbound.policy(), cause));
            case Decision.PolicyForgotten forgotten -> Optional.of(ofPolicy(after, forgotten.policy(), cause));
            case Decision.EipAssigned assigned ->
                Optional.of(new View.OfAssignment(assigned.assignment().eip(), Optional.of(assigned.assignment())));
            case Decision.EipFreed freed -> Optional.of(new View.OfAssignment(freed.eip(), Optional.empty()));
            case Decision.AlertRaised raised ->
                Optional.of(new View.OfAlert(new Alert(raised.code(), raised.subject(), cause)));
            case Decision.DeclarationAccepted accepted -> Optional.empty();
            case Decision.DeclarationRefused refused -> Optional.empty();
            case Decision.EipAllocated allocated -> Optional.empty();
            case Decision.NodeQuarantined quarantined -> Optional.empty();
            case Decision.FailoverHeld held -> Optional.empty();
            case Decision.FailoverResumed resumed -> Optional.empty();
        };
    }

    /** All views of a state, to be published again after a start and with every snapshot. */
    public static List<View> all(FleetState state, long cause) {
        var views = new ArrayList<View>();
        views.add(new View.OfSettings(new SettingsInForce(state.settings(), cause)));
        for (FleetNode node : state.nodes().values()) {
            views.add(ofTunnel(state, node.node(), cause));
        }
        for (FleetPolicy policy : state.policies().values()) {
            views.add(ofPolicy(state, policy.spec().policy(), cause));
        }
        for (FleetEip eip : state.eips().values()) {
            views.add(new View.OfAssignment(eip.assignment().eip(), Optional.of(eip.assignment())));
        }
        return views;
    }

    /**
     * The removal of a view that should not be there: an instance with an older state may have written it after a
     * newer one had removed it, and publishing all views again cannot remove stray keys. The owner calls this for
     * each last value of the compacted topics when it publishes all views again.
     *
     * @param offset of the first entry that {@code state} has not folded: views caused by later entries are left
     *     alone
     */
    public static Optional<View> removalOf(View published, FleetState state, long offset) {
        return switch (published) {
            case View.OfTunnel(NodeId node, Optional<Tunnel> tunnel) ->
                tunnel.filter(known -> known.cause() < offset)
                        .filter(known -> state.nodes()
                                .get(node)
                                .flatMap(FleetNode::tunnel)
                                .isEmpty())
                        .map(known -> new View.OfTunnel(node, Optional.empty()));
            case View.OfAssignment(Eip eip, Optional<Assignment> assignment) ->
                assignment
                        .filter(known -> known.cause() < offset && !state.eips().contains(eip))
                        .map(known -> new View.OfAssignment(eip, Optional.empty()));
            case View.OfPolicy(PolicyId policy, Optional<PolicyBinding> binding) ->
                binding.filter(known ->
                                known.cause() < offset && !state.policies().contains(policy))
                        .map(known -> new View.OfPolicy(policy, Optional.empty()));
            case View.OfSettings settings -> Optional.empty();
            case View.OfAlert alert -> Optional.empty();
        };
    }

    private static View ofTunnel(FleetState state, NodeId node, long cause) {
        Optional<Tunnel> tunnel = state.nodes().get(node).flatMap(known -> tunnel(known, cause));
        return new View.OfTunnel(node, tunnel);
    }

    private static Optional<Tunnel> tunnel(FleetNode node, long cause) {
        return node.tunnel()
                .map(given -> new Tunnel(
                        node.node(),
                        given.mac(),
                        given.ipv4(),
                        given.ipv6(),
                        given.mark(),
                        node.shown(),
                        node.reason(),
                        node.fault(),
                        node.incarnation(),
                        node.parent(),
                        0,
                        cause));
    }

    private static View ofPolicy(FleetState state, PolicyId policy, long cause) {
        Optional<PolicyBinding> binding = state.policies()
                .get(policy)
                .map(known -> new PolicyBinding(
                        policy,
                        known.gateway(),
                        known.eip(),
                        known.spec().destinations(),
                        known.spec().priority(),
                        cause));
        return new View.OfPolicy(policy, binding);
    }
}
