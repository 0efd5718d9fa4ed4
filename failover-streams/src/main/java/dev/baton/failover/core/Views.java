package dev.baton.failover.core;

import dev.baton.contract.Alert;
import dev.baton.contract.Assignment;
import dev.baton.contract.Beginning;
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
import java.util.TreeMap;

/** The compacted views that follow from a decision, or from a whole state. */
public final class Views {
    private Views() {}

    /**
     * A change to one compacted topic; an empty value is a removal. The cause is the offset of the fleet log up to
     * which its coordinator had folded: by it readers and owners tell an old word from a new one.
     */
    public sealed interface View {
        record OfTunnel(NodeId node, Optional<Tunnel> tunnel, long cause) implements View {}

        record OfSettings(SettingsInForce settings) implements View {
            @Override
            public long cause() {
                return settings.cause();
            }
        }

        /** @param cause of an assignment: the entry that decided it, however often it is said */
        record OfAssignment(Eip eip, Optional<Assignment> assignment, long cause) implements View {}

        record OfPolicy(PolicyId policy, Optional<PolicyBinding> binding, long cause) implements View {}

        record OfAlert(Alert alert) implements View {
            @Override
            public long cause() {
                return alert.cause();
            }
        }

        long cause();

        /** Names what it is about, among all views of a fleet. */
        default String entity() {
            return switch (this) {
                case OfTunnel tunnel -> "node " + tunnel.node();
                case OfSettings settings -> "settings";
                case OfAssignment assignment -> "eip " + assignment.eip();
                case OfPolicy policy -> "policy " + policy.policy();
                case OfAlert alert ->
                    "alert " + alert.alert().code() + " " + alert.alert().subject();
            };
        }

        default boolean isRemoval() {
            return switch (this) {
                case OfTunnel tunnel -> tunnel.tunnel().isEmpty();
                case OfAssignment assignment -> assignment.assignment().isEmpty();
                case OfPolicy policy -> policy.binding().isEmpty();
                case OfSettings settings -> false;
                case OfAlert alert -> false;
            };
        }
    }

    /** The view of a tunnel that is there. */
    public static View of(Tunnel tunnel) {
        return new View.OfTunnel(tunnel.node(), Optional.of(tunnel), tunnel.cause());
    }

    /** The view of an assignment that is there. */
    public static View of(Assignment assignment) {
        return new View.OfAssignment(assignment.eip(), Optional.of(assignment), assignment.cause());
    }

    /** The view of a binding that is there. */
    public static View of(PolicyBinding binding) {
        return new View.OfPolicy(binding.policy(), Optional.of(binding), binding.cause());
    }

    /**
     * The changes to publish after one entry.
     *
     * @param cause offset of the entry
     */
    public static List<View> of(FleetState before, Outcome outcome, long cause) {
        var views = new ArrayList<View>();
        FleetState after = outcome.state();
        if (before.beginning() == Beginning.IMPORTING && after.beginning() != Beginning.IMPORTING) {
            return all(after, cause);
        }
        boolean begins = !before.lineage().equals(after.lineage());
        if (begins
                || !before.settings().equals(after.settings())
                || !before.rules().equals(after.rules())) {
            views.add(new View.OfSettings(new SettingsInForce(after.settings(), after.rules(), cause)));
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
            case Decision.EipAssigned assigned -> Optional.of(of(assigned.assignment()));
            case Decision.EipFreed freed -> Optional.of(new View.OfAssignment(freed.eip(), Optional.empty(), cause));
            case Decision.AlertRaised raised ->
                Optional.of(new View.OfAlert(new Alert(raised.code(), raised.subject(), cause)));
            case Decision.DeclarationAccepted accepted -> Optional.empty();
            case Decision.DeclarationRefused refused -> Optional.empty();
            case Decision.LineRefused refused -> Optional.empty();
            case Decision.EipAllocated allocated -> Optional.empty();
            case Decision.NodeQuarantined quarantined -> Optional.empty();
            case Decision.FailoverHeld held -> Optional.empty();
            case Decision.FailoverResumed resumed -> Optional.empty();
        };
    }

    /**
     * All views of a state, to be published again after a start and with every snapshot.
     *
     * @param cause offset of the last entry that the state has folded
     */
    public static List<View> all(FleetState state, long cause) {
        var views = new ArrayList<View>();
        views.add(new View.OfSettings(new SettingsInForce(state.settings(), state.rules(), cause)));
        for (FleetNode node : state.nodes().values()) {
            views.add(ofTunnel(state, node.node(), cause));
        }
        for (FleetPolicy policy : state.policies().values()) {
            views.add(ofPolicy(state, policy.spec().policy(), cause));
        }
        for (FleetEip eip : state.eips().values()) {
            views.add(of(eip.assignment()));
        }
        return views;
    }

    /**
     * What a compacted log ends with and should not.
     *
     * @param shown empty: it ends with no value for this entity, or with a removal
     * @param right what is to be said instead
     */
    public record WrongEnd(Optional<View> shown, View right) {}

    /**
     * Compares what the compacted logs end with with what the owner knows. An instance with an older state may have
     * said something after its successor had said it better.
     *
     * @param published without removals
     * @param offset of the first entry that {@code state} has not folded: what was caused by later ones is left alone
     */
    public static List<WrongEnd> wrongEnds(List<View> published, FleetState state, long offset) {
        var wanted = new TreeMap<String, View>();
        all(state, offset - 1).stream()
                .filter(view -> !view.isRemoval())
                .forEach(view -> wanted.put(view.entity(), view));
        var wrong = new ArrayList<WrongEnd>();
        for (View shown : published) {
            Optional<View> right = Optional.ofNullable(wanted.remove(shown.entity()));
            if (shown.cause() < offset && !right.equals(Optional.of(at(shown, offset - 1)))) {
                wrong.add(new WrongEnd(Optional.of(shown), right.orElseGet(() -> removal(shown, offset - 1))));
            }
        }
        wanted.values().forEach(missing -> wrong.add(new WrongEnd(Optional.empty(), missing)));
        return wrong;
    }

    /**
     * The same as if it were said again at a later entry. An assignment names what decided it, so it stays as it is.
     */
    private static View at(View view, long cause) {
        return switch (view) {
            case View.OfTunnel(NodeId node, var tunnel, long before) ->
                new View.OfTunnel(node, tunnel.map(known -> known.withCause(cause)), cause);
            case View.OfPolicy(PolicyId policy, var binding, long before) ->
                new View.OfPolicy(policy, binding.map(known -> known.withCause(cause)), cause);
            case View.OfSettings(var inForce) ->
                new View.OfSettings(new SettingsInForce(inForce.settings(), inForce.rules(), cause));
            case View.OfAssignment assignment -> assignment;
            case View.OfAlert alert -> alert;
        };
    }

    /** Nobody takes settings or an alert away: they are said again as they are. */
    private static View removal(View view, long cause) {
        return switch (view) {
            case View.OfTunnel tunnel -> new View.OfTunnel(tunnel.node(), Optional.empty(), cause);
            case View.OfPolicy policy -> new View.OfPolicy(policy.policy(), Optional.empty(), cause);
            case View.OfAssignment assignment -> new View.OfAssignment(assignment.eip(), Optional.empty(), cause);
            case View.OfSettings settings -> settings;
            case View.OfAlert alert -> alert;
        };
    }

    private static View ofTunnel(FleetState state, NodeId node, long cause) {
        Optional<Tunnel> tunnel = state.nodes().get(node).flatMap(known -> tunnel(known, cause));
        return new View.OfTunnel(node, tunnel, cause);
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
                        Paths.place(node),
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
        return new View.OfPolicy(policy, binding, cause);
    }
}
