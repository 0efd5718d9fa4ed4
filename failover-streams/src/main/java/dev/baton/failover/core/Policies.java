package dev.baton.failover.core;

import dev.baton.contract.Decision.AlertCode;
import dev.baton.contract.Decision.AlertRaised;
import dev.baton.contract.Decision.AllocationReason;
import dev.baton.contract.Decision.PolicyBound;
import dev.baton.contract.Decision.PolicyForgotten;
import dev.baton.contract.Decision.PolicyUnbound;
import dev.baton.contract.Decision.UnboundReason;
import dev.baton.contract.Eip;
import dev.baton.contract.FleetSnapshot.FleetGateway;
import dev.baton.contract.FleetSnapshot.FleetPolicy;
import dev.baton.contract.GatewayId;
import dev.baton.contract.PolicyDeclared;
import dev.baton.contract.PolicyId;
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
        if (!Refusal.acceptOrRefuse(turn, origin, refusal)) {
            return;
        }
        var policy = new FleetPolicy(declared, gateway.get(), before.flatMap(FleetPolicy::eip));
        if (before.equals(Optional.of(policy))) {
            return;
        }
        turn.put(policy);
        if (policy.eip().isEmpty()) {
            bind(turn, policy);
            tellIfUnbound(turn, before, declared);
        } else if (!before.map(FleetPolicy::spec)
                .filter(spec -> looksAlike(spec, declared))
                .isPresent()) {
            turn.decide(new PolicyBound(
                    declared.policy(), gateway.get(), policy.eip().get(), Allocation.reasonOf(declared)));
        }
    }

    /** Whether both give the same binding; pod selection shows only in the end points. */
    private static boolean looksAlike(PolicyDeclared one, PolicyDeclared other) {
        return one.destinations().equals(other.destinations()) && one.priority() == other.priority();
    }

    /** Agents drop the traffic of a policy that found no EIP, so they must know its destinations too. */
    private static void tellIfUnbound(Turn turn, Optional<FleetPolicy> before, PolicyDeclared declared) {
        FleetPolicy now = turn.state().policies().get(declared.policy()).orElseThrow();
        boolean news = before.isEmpty() || !looksAlike(before.get().spec(), declared);
        if (now.eip().isEmpty() && news) {
            turn.decide(new PolicyUnbound(declared.policy(), UnboundReason.POOL_EXHAUSTED));
        }
        if (now.eip().isEmpty() && before.isEmpty()) {
            turn.decide(new AlertRaised(AlertCode.POOL_EXHAUSTED, "policy " + declared.policy()));
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
        if (Refusal.acceptOrRefuse(turn, origin, refusal)) {
            turn.remove(removed.policy());
            turn.decide(new PolicyForgotten(removed.policy()));
        }
    }

    /** It has this EIP from now on; none: whatever can be found for it. */
    static void rebind(Turn turn, PolicyId id, Optional<Eip> eip) {
        FleetPolicy policy = turn.state().policies().get(id).orElseThrow();
        if (policy.eip().equals(eip)) {
            return;
        }
        turn.put(new FleetPolicy(policy.spec(), policy.gateway(), eip));
        eip.ifPresent(bound -> turn.decide(new PolicyBound(id, policy.gateway(), bound, AllocationReason.ADOPTED)));
    }

    /** Looks for another EIP for a policy that had to give its own away. */
    static void bindElsewhere(Turn turn, PolicyId id) {
        FleetPolicy policy = turn.state().policies().get(id).orElseThrow();
        bind(turn, policy);
        tellIfUnbound(turn, Optional.empty(), policy.spec());
    }

    /** Binds policies without an EIP, if a pool may have a free address again. */
    static void bindUnbound(Turn turn) {
        if (!turn.mayHaveRoom()) {
            return;
        }
        for (FleetPolicy policy : turn.state().policies().values()) {
            if (policy.eip().isEmpty()) {
                bind(turn, policy);
            }
        }
    }

    private static void bind(Turn turn, FleetPolicy policy) {
        FleetGateway gateway = turn.state().gateways().get(policy.gateway()).orElseThrow();
        Optional<Allocation.Found> found = Allocation.find(turn, gateway, policy.spec());
        if (found.isEmpty() || !canBeAllocated(turn, found.get().eip())) {
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

    /**
     * Without a mark of its own, an EIP's connections could not be told from another's. And one that is let go of for
     * an adopted EIP is not taken up again.
     */
    private static boolean canBeAllocated(Turn turn, Eip eip) {
        return turn.state().eips().contains(eip)
                ? !Adoption.givesWay(turn, eip)
                : TunnelAddresses.freeForEip(turn).isPresent();
    }

    private static Optional<GatewayId> clusterDefault(Turn turn) {
        return turn.state().gateways().values().stream()
                .filter(gateway -> gateway.spec().clusterDefault())
                .map(gateway -> gateway.spec().gateway())
                .findFirst();
    }
}
