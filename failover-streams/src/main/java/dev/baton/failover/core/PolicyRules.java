package dev.baton.failover.core;

import dev.baton.contract.Eip;
import dev.baton.contract.FleetSnapshot.FleetGateway;
import dev.baton.contract.FleetSnapshot.FleetPolicy;
import dev.baton.contract.GatewayDeclared;
import dev.baton.contract.GatewayId;
import dev.baton.contract.IpAddress;
import dev.baton.contract.PolicyDeclared;
import dev.baton.contract.PolicyDeclared.EgressIp;
import dev.baton.contract.RefusalReason;
import java.util.List;
import java.util.Optional;

/**
 * Why a policy is refused, by the rules of EgressGateway's admission: with the field, the value and what is allowed.
 */
final class PolicyRules {
    private PolicyRules() {}

    static Optional<Refusal> refusal(
            Turn turn, PolicyDeclared declared, GatewayId gateway, Optional<FleetPolicy> before) {
        EgressIp wanted = declared.egressIp();
        if (wanted.useNodeIp() && wanted.isNamed()) {
            return refuse(
                    declared,
                    RefusalReason.NODE_ADDRESS_WITH_EIP,
                    "spec.egressIP.useNodeIP=true excludes spec.egressIP.ipv4 and ipv6");
        }
        Optional<Refusal> pods = podsRefusal(declared);
        if (pods.isPresent()) {
            return pods;
        }
        Optional<FleetGateway> known = turn.state().gateways().get(gateway);
        if (known.isEmpty()) {
            return refuse(
                    declared,
                    RefusalReason.GATEWAY_UNKNOWN,
                    "spec.egressGatewayName=" + gateway + " is not a declared gateway");
        }
        if (before.isPresent()) {
            return immutable(declared, gateway, before.get());
        }
        return wanted.useNodeIp()
                ? Optional.empty()
                : poolRefusal(turn, declared, known.get().spec());
    }

    private static Optional<Refusal> podsRefusal(PolicyDeclared declared) {
        if (declared.podSelector().isEmpty() && declared.podSubnets().isEmpty()) {
            return refuse(
                    declared,
                    RefusalReason.PODS_NOT_SELECTED,
                    "spec.appliedTo needs podSubnet, or a podSelector with matchLabels or matchExpressions");
        }
        if (!declared.podSelector().matchLabels().isEmpty()
                && !declared.podSubnets().isEmpty()) {
            return refuse(
                    declared,
                    RefusalReason.PODS_SELECTED_TWICE,
                    "spec.appliedTo.podSubnet=" + declared.podSubnets()
                            + " excludes podSelector.matchLabels; allowed beside it is matchExpressions");
        }
        return Optional.empty();
    }

    private static Optional<Refusal> immutable(PolicyDeclared declared, GatewayId gateway, FleetPolicy before) {
        if (!before.gateway().equals(gateway)) {
            return refuse(
                    declared,
                    RefusalReason.FIELD_IMMUTABLE,
                    "spec.egressGatewayName was " + before.gateway() + " and cannot become " + gateway);
        }
        if (!before.spec().egressIp().equals(declared.egressIp())) {
            return refuse(
                    declared,
                    RefusalReason.FIELD_IMMUTABLE,
                    "spec.egressIP cannot change; delete the policy and declare it anew");
        }
        return Optional.empty();
    }

    private static Optional<Refusal> poolRefusal(Turn turn, PolicyDeclared declared, GatewayDeclared gateway) {
        if (gateway.ipv4Pool().isEmpty() && gateway.ipv6Pool().isEmpty()) {
            return refuse(
                    declared,
                    RefusalReason.GATEWAY_WITHOUT_POOL,
                    "gateway " + gateway.gateway() + " has no addresses; only spec.egressIP.useNodeIP=true is allowed");
        }
        EgressIp wanted = declared.egressIp();
        for (Optional<IpAddress> named : List.of(wanted.ipv4(), wanted.ipv6())) {
            if (named.isPresent()
                    && !gateway.ipv4Pool().contains(named.get())
                    && !gateway.ipv6Pool().contains(named.get())) {
                return refuse(
                        declared,
                        RefusalReason.ADDRESS_OUTSIDE_POOL,
                        "spec.egressIP names " + named.get() + ", which gateway " + gateway.gateway()
                                + " does not have; it has " + gateway.ipv4Pool() + " and " + gateway.ipv6Pool());
            }
        }
        return unusable(turn, declared, gateway).or(() -> paired(turn, declared, wanted));
    }

    /** A gateway that was declared before such addresses were refused may still have them. */
    private static Optional<Refusal> unusable(Turn turn, PolicyDeclared declared, GatewayDeclared gateway) {
        List<Optional<IpAddress>> asked = switch (Allocation.reasonOf(declared)) {
            case NAMED ->
                List.of(declared.egressIp().ipv4(), declared.egressIp().ipv6());
            case GATEWAY_DEFAULT -> List.of(gateway.ipv4Default(), gateway.ipv6Default());
            case FREE_OF_POOL, NODE_ADDRESS, ADOPTED -> List.of();
        };
        return asked.stream()
                .flatMap(Optional::stream)
                .flatMap(address -> UnusableAddresses.in(turn, address).stream())
                .findFirst()
                .map(problem -> problem.refusal("policy " + declared.policy(), "spec.egressIP"));
    }

    /** A policy that names a pair must not split a pair that is already allocated. */
    private static Optional<Refusal> paired(Turn turn, PolicyDeclared declared, EgressIp wanted) {
        Optional<Eip> byIpv4 = wanted.ipv4().flatMap(address -> Allocation.allocated(turn, address));
        Optional<Eip> byIpv6 = wanted.ipv6().flatMap(address -> Allocation.allocated(turn, address));
        Optional<Eip> existing = byIpv4.or(() -> byIpv6);
        if (existing.isEmpty()) {
            return Optional.empty();
        }
        boolean fits = (wanted.ipv4().isEmpty() || existing.get().ipv4().equals(wanted.ipv4()))
                && (wanted.ipv6().isEmpty() || existing.get().ipv6().equals(wanted.ipv6()));
        return fits
                ? Optional.empty()
                : refuse(
                        declared,
                        RefusalReason.ADDRESS_PAIRED_OTHERWISE,
                        "spec.egressIP names a pair, but " + existing.get() + " is allocated as it stands");
    }

    private static Optional<Refusal> refuse(PolicyDeclared declared, RefusalReason reason, String detail) {
        return Optional.of(new Refusal("policy " + declared.policy(), reason, detail));
    }
}
