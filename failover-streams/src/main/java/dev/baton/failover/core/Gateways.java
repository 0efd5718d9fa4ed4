package dev.baton.failover.core;

import dev.baton.contract.AddressRange;
import dev.baton.contract.Decision.AlertCode;
import dev.baton.contract.Decision.AlertRaised;
import dev.baton.contract.Decision.FailoverHeld;
import dev.baton.contract.Decision.FailoverResumed;
import dev.baton.contract.Eip;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.FleetSnapshot.FleetGateway;
import dev.baton.contract.FleetSnapshot.FleetNode;
import dev.baton.contract.FleetSnapshot.FleetPolicy;
import dev.baton.contract.GatewayDeclared;
import dev.baton.contract.GatewayId;
import dev.baton.contract.GatewayRemoved;
import dev.baton.contract.IpAddress;
import dev.baton.contract.Pool;
import dev.baton.contract.RefusalReason;
import dev.baton.contract.TunnelPhase;
import java.util.List;
import java.util.Optional;

/** Gateways: what may be declared, and when the moves of one must wait. */
final class Gateways {
    private Gateways() {}

    static void declared(Turn turn, GatewayDeclared declared, long origin) {
        GatewayDeclared spec = withDefaults(declared);
        Optional<FleetGateway> before = turn.state().gateways().get(spec.gateway());
        if (Refusal.acceptOrRefuse(turn, origin, refusal(turn, spec, before.isPresent()))) {
            turn.makeRoom();
            turn.put(new FleetGateway(
                    spec,
                    before.flatMap(FleetGateway::lastIpv4),
                    before.flatMap(FleetGateway::lastIpv6),
                    before.isPresent() && before.get().held()));
        }
    }

    static void removed(Turn turn, GatewayRemoved removed, long origin) {
        Optional<Refusal> refusal = Optional.empty();
        if (!turn.state().gateways().contains(removed.gateway())) {
            refusal = Optional.of(
                    refuse(removed.gateway(), RefusalReason.GATEWAY_UNKNOWN, "no gateway of this name is declared"));
        } else if (isInUse(turn, removed.gateway())) {
            refusal = Optional.of(refuse(
                    removed.gateway(),
                    RefusalReason.GATEWAY_IN_USE,
                    "policies use it; delete them first, and wait until their EIPs are released"));
        }
        if (Refusal.acceptOrRefuse(turn, origin, refusal)) {
            turn.remove(removed.gateway());
        }
    }

    /**
     * Stops the moves of a gateway while too many of its nodes are silent at once: more likely we are deaf than they
     * are dead.
     *
     * @return whether the moves of any gateway were stopped or released
     */
    static boolean brake(Turn turn) {
        int most = turn.state().settings().maxFailPercent();
        boolean changed = false;
        for (FleetGateway gateway : turn.state().gateways().values()) {
            if (most >= 100 && !gateway.held()) {
                continue; // the brake cannot close: no more than all can be silent
            }
            GatewayId id = gateway.spec().gateway();
            List<FleetNode> selected = turn.selected(id);
            int silent = 0;
            for (FleetNode node : selected) {
                silent += node.live() == TunnelPhase.HEARTBEAT_TIMEOUT ? 1 : 0;
            }
            boolean held = silent * 100 > most * selected.size();
            if (held == gateway.held()) {
                continue;
            }
            changed = true;
            turn.put(new FleetGateway(gateway.spec(), gateway.lastIpv4(), gateway.lastIpv6(), held));
            if (held) {
                turn.decide(new FailoverHeld(id, silent, selected.size()));
                turn.decide(new AlertRaised(AlertCode.FAILOVER_HELD, "gateway " + id));
            } else {
                turn.decide(new FailoverResumed(id, silent, selected.size()));
            }
        }
        return changed;
    }

    /** A gateway that names no default EIP gets the first address of each pool. */
    private static GatewayDeclared withDefaults(GatewayDeclared spec) {
        return new GatewayDeclared(
                spec.gateway(),
                spec.clusterDefault(),
                spec.ipv4Pool(),
                spec.ipv6Pool(),
                spec.ipv4Default().or(() -> first(spec.ipv4Pool())),
                spec.ipv6Default().or(() -> first(spec.ipv6Pool())),
                spec.nodeSelector());
    }

    private static Optional<IpAddress> first(Pool pool) {
        return pool.ranges().stream().map(AddressRange::first).findFirst();
    }

    private static Optional<Refusal> refusal(Turn turn, GatewayDeclared spec, boolean update) {
        if (spec.nodeSelector().isEmpty()) {
            return Optional.of(refuse(
                    spec.gateway(),
                    RefusalReason.SELECTOR_EMPTY,
                    "spec.nodeSelector.selector needs matchLabels or matchExpressions"));
        }
        Optional<Refusal> unusable = UnusableAddresses.in(turn, spec.ipv4Pool())
                .or(() -> UnusableAddresses.in(turn, spec.ipv6Pool()))
                .map(problem -> problem.refusal("gateway " + spec.gateway(), "spec.ippools"));
        if (unusable.isPresent()) {
            return unusable;
        }
        Optional<Refusal> outside = outside(spec, "ipv4DefaultEIP", spec.ipv4Default(), spec.ipv4Pool())
                .or(() -> outside(spec, "ipv6DefaultEIP", spec.ipv6Default(), spec.ipv6Pool()));
        if (outside.isPresent()) {
            return outside;
        }
        boolean paired = !spec.ipv4Pool().isEmpty() && !spec.ipv6Pool().isEmpty();
        if (paired && !spec.ipv4Pool().size().equals(spec.ipv6Pool().size())) {
            return Optional.of(refuse(
                    spec.gateway(),
                    RefusalReason.POOL_SIZES_DIFFER,
                    "spec.ippools.ipv4 has " + spec.ipv4Pool().size() + " addresses, spec.ippools.ipv6 "
                            + spec.ipv6Pool().size() + "; they are paired and must be equal, or one be empty"));
        }
        return conflict(turn, spec).or(() -> update ? stillNeeded(turn, spec) : Optional.empty());
    }

    private static Optional<Refusal> outside(
            GatewayDeclared spec, String field, Optional<IpAddress> address, Pool pool) {
        return address.isPresent() && !pool.contains(address.get())
                ? Optional.of(refuse(
                        spec.gateway(),
                        RefusalReason.DEFAULT_OUTSIDE_POOL,
                        "spec.ippools." + field + "=" + address.get() + " is not in the pool " + pool))
                : Optional.empty();
    }

    private static Optional<Refusal> conflict(Turn turn, GatewayDeclared spec) {
        for (FleetGateway other : turn.state().gateways().values()) {
            GatewayDeclared theirs = other.spec();
            if (theirs.gateway().equals(spec.gateway())) {
                continue;
            }
            if (spec.clusterDefault() && theirs.clusterDefault()) {
                return Optional.of(refuse(
                        spec.gateway(),
                        RefusalReason.SECOND_CLUSTER_DEFAULT,
                        "spec.clusterDefault=true, but gateway " + theirs.gateway() + " is the default already"));
            }
            if (spec.ipv4Pool().overlaps(theirs.ipv4Pool()) || spec.ipv6Pool().overlaps(theirs.ipv6Pool())) {
                return Optional.of(refuse(
                        spec.gateway(),
                        RefusalReason.POOL_OVERLAPS_GATEWAY,
                        "spec.ippools shares addresses with gateway " + theirs.gateway()));
            }
        }
        return Optional.empty();
    }

    private static Optional<Refusal> stillNeeded(Turn turn, GatewayDeclared spec) {
        for (Table.Entry<Eip, FleetEip> eip : turn.state().eips()) {
            if (!eip.value().assignment().gateway().equals(spec.gateway())) {
                continue;
            }
            for (IpAddress address : eip.key().addresses()) {
                if (!spec.ipv4Pool().contains(address) && !spec.ipv6Pool().contains(address)) {
                    return Optional.of(refuse(
                            spec.gateway(),
                            RefusalReason.ALLOCATED_ADDRESS_REMOVED,
                            address + " is allocated and must stay in spec.ippools"));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isInUse(Turn turn, GatewayId gateway) {
        for (FleetPolicy policy : turn.state().policies().values()) {
            if (policy.gateway().equals(gateway)) {
                return true;
            }
        }
        for (Table.Entry<Eip, FleetEip> eip : turn.state().eips()) {
            if (eip.value().assignment().gateway().equals(gateway)) {
                return true;
            }
        }
        return false;
    }

    private static Refusal refuse(GatewayId gateway, RefusalReason reason, String detail) {
        return new Refusal("gateway " + gateway, reason, detail);
    }
}
