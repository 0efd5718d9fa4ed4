package dev.baton.failover.core;

import dev.baton.contract.Cidr;
import dev.baton.contract.ClusterNetworksDeclared;
import dev.baton.contract.FleetSnapshot.FleetNode;
import dev.baton.contract.IpAddress;
import dev.baton.contract.ParentInterface;
import dev.baton.contract.Pool;
import dev.baton.contract.RefusalReason;
import dev.baton.contract.ReservedNetwork;
import java.util.List;
import java.util.Optional;

/**
 * Addresses that cannot be EIPs: reserved ones, and those that the cluster itself uses. A declaration that asks for one
 * is refused and none is handed out; an EIP that was allocated before this was known stays with its policies.
 */
final class UnusableAddresses {
    private UnusableAddresses() {}

    /** @param detail which addresses, and why not */
    record Problem(RefusalReason reason, String detail) {
        /** @param field of the declaration that asks for them */
        Refusal refusal(String subject, String field) {
            return new Refusal(subject, reason, field + ": " + detail);
        }
    }

    /** Empty: every address of the pool can be an EIP. */
    static Optional<Problem> in(Turn turn, Pool pool) {
        return ReservedNetwork.problemOf(pool)
                .map(detail -> new Problem(RefusalReason.ADDRESS_RESERVED, detail))
                .or(() -> inCluster(turn.state(), pool));
    }

    static Optional<Problem> in(Turn turn, IpAddress address) {
        return in(turn, Pool.of(address));
    }

    static Optional<Problem> inCluster(FleetState state, Pool pool) {
        if (pool.isEmpty()) {
            return Optional.empty();
        }
        Optional<ClusterNetworksDeclared> networks = state.networks();
        return networks.flatMap(known -> common(pool, known.services(), "the services' network"))
                .or(() -> networks.flatMap(known -> common(pool, known.pods(), "the pods' network")))
                .or(() -> ofNode(state, pool))
                .or(() -> networks.flatMap(known -> ofUnnamedNode(pool, known.nodes())));
    }

    private static Optional<Problem> common(Pool pool, List<Cidr> networks, String whose) {
        return networks.stream()
                .flatMap(network -> pool.common(network).stream()
                        .map(common -> new Problem(
                                RefusalReason.ADDRESS_OF_CLUSTER,
                                common + " cannot be an EIP: it is in " + whose + " " + network)))
                .findFirst();
    }

    /** By what its agent says of the interface under its tunnel. */
    private static Optional<Problem> ofNode(FleetState state, Pool pool) {
        for (FleetNode node : state.nodes().values()) {
            for (IpAddress address : ownAddresses(node)) {
                if (pool.contains(address)) {
                    return Optional.of(new Problem(
                            RefusalReason.ADDRESS_OF_NODE,
                            address + " cannot be an EIP: it is the address of node " + node.node()));
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<Problem> ofUnnamedNode(Pool pool, List<Cidr> nodes) {
        return nodes.stream()
                .flatMap(network -> pool.common(network).stream())
                .map(common -> new Problem(
                        RefusalReason.ADDRESS_OF_NODE, common + " cannot be an EIP: nodes of the cluster have it"))
                .findFirst();
    }

    private static List<IpAddress> ownAddresses(FleetNode node) {
        return node.parent()
                .filter(parent -> node.declared())
                .map(ParentInterface::addresses)
                .orElse(List.of());
    }

    /** The addresses of the pool that can be EIPs. */
    static Pool usable(Turn turn, Pool pool) {
        Pool usable = pool;
        for (ReservedNetwork reserved : ReservedNetwork.values()) {
            usable = usable.without(reserved.network());
        }
        Optional<ClusterNetworksDeclared> networks = turn.state().networks();
        if (networks.isPresent()) {
            usable = without(usable, networks.get().services());
            usable = without(usable, networks.get().pods());
            usable = without(usable, networks.get().nodes());
        }
        for (FleetNode node : turn.state().nodes().values()) {
            for (IpAddress address : ownAddresses(node)) {
                usable = usable.without(new Cidr(address, address.family().bits()));
            }
        }
        return usable;
    }

    private static Pool without(Pool pool, List<Cidr> networks) {
        Pool rest = pool;
        for (Cidr network : networks) {
            rest = rest.without(network);
        }
        return rest;
    }
}
