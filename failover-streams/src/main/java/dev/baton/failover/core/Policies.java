package dev.baton.failover.core;

import dev.baton.contract.Decision.AlertCode;
import dev.baton.contract.Decision.AlertRaised;
import dev.baton.contract.Decision.PolicyBound;
import dev.baton.contract.Decision.PolicyForgotten;
import dev.baton.contract.Decision.PolicyUnbound;
import dev.baton.contract.Decision.UnboundReason;
import dev.baton.contract.FleetSnapshot.FleetGateway;
import dev.baton.contract.FleetSnapshot.FleetPolicy;
import dev.baton.contract.GatewayId;
import dev.baton.contract.PolicyDeclared;
import dev.baton.contract.PolicyRemoved;
import dev.baton.contract.RefusalReason;
import java.util.Optional;

/** Policies: what may be declared, and which EIP each is bound to. A binding outlives every failure. */
final class Policies {
    private Policies() {}

    static void declared(Turn turn, PolicyDeclared declared, long origin) {
        Optional<FleetPolicy> before = turn.state().policies().get(declared.policy());
        Optional<GatewayId> gateway =
                declared.gateway().or(() -> before.map(FleetPolicy::gateway)).or(() -> clusterDefault(turn));
        Optional<Refusal> refusal = gateway.isEmpty()
                ? Optional.of(new Refusal(
                        "policy " + declared.policy(),
                        RefusalReason.NO_DEFAULT_GATEWAY,
                        "spec.egressGatewayName is empty and no gateway is clusterDefault"))
                : PolicyRules.refusal(turn, declared, gateway.get(), before);
        if (!Refusal.accepted(turn, origin, refusal)) {
            return;
        }
        var policy = new FleetPolicy(declared, gateway.get(), before.flatMap(FleetPolicy::eip));
        turn.put(policy);
        if (policy.eip().isPresent()) {
            boolean republish = !before.get().spec().destinations().equals(declared.destinations());
            if (republish) {
                turn.decide(new PolicyBound(
                        declared.policy(), gateway.get(), policy.eip().get(), Allocation.reasonOf(declared)));
            }
        } else {
            bind(turn, policy, before.isEmpty());
        }
    }

    static void removed(Turn turn, PolicyRemoved removed, long origin) {
        boolean known = turn.state().policies().contains(removed.policy());
        Optional<Refusal> refusal = known
                ? Optional.empty()
                : Optional.of(new Refusal(
                        "policy " + removed.policy(),
                        RefusalReason.POLICY_UNKNOWN,
                        "no policy of this name is declared"));
        if (Refusal.accepted(turn, origin, refusal)) {
            turn.remove(removed.policy());
            turn.decide(new PolicyForgotten(removed.policy()));
        }
    }

    /** A pool may have room again for the policies that found none. */
    static void bindUnbound(Turn turn) {
        for (FleetPolicy policy : turn.state().policies().values()) {
            if (policy.eip().isEmpty()) {
                bind(turn, policy, false);
            }
        }
    }

    private static void bind(Turn turn, FleetPolicy policy, boolean tellIfNot) {
        FleetGateway gateway = turn.state().gateways().get(policy.gateway()).orElseThrow();
        Optional<Allocation.Found> found = Allocation.find(turn, gateway, policy.spec());
        if (found.isEmpty()) {
            if (tellIfNot) {
                turn.decide(new PolicyUnbound(policy.spec().policy(), UnboundReason.POOL_EXHAUSTED));
                turn.decide(new AlertRaised(
                        AlertCode.POOL_EXHAUSTED, "policy " + policy.spec().policy()));
            }
            return;
        }
        turn.put(new FleetPolicy(
                policy.spec(), policy.gateway(), Optional.of(found.get().eip())));
        turn.decide(new PolicyBound(
                policy.spec().policy(),
                policy.gateway(),
                found.get().eip(),
                found.get().reason()));
        Assignments.begin(turn, found.get().eip(), policy.gateway());
    }

    private static Optional<GatewayId> clusterDefault(Turn turn) {
        return turn.state().gateways().values().stream()
                .filter(gateway -> gateway.spec().clusterDefault())
                .map(gateway -> gateway.spec().gateway())
                .findFirst();
    }
}
