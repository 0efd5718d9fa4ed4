package dev.baton.failover.core;

import dev.baton.contract.Decision.AllocationReason;
import dev.baton.contract.Eip;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.FleetSnapshot.FleetGateway;
import dev.baton.contract.GatewayDeclared;
import dev.baton.contract.IpAddress;
import dev.baton.contract.PolicyDeclared;
import dev.baton.contract.PolicyDeclared.AllocatorPolicy;
import dev.baton.contract.PolicyDeclared.EgressIp;
import dev.baton.contract.Pool;
import dev.baton.contract.Rules;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Finds the EIP for a policy: the one it names; else the gateway's default; else ({@code rr}) a free one of the pool.
 * Pairs are formed when they are allocated and stay pairs. Pools are never enumerated.
 */
final class Allocation {
    private Allocation() {}

    record Found(Eip eip, AllocationReason reason) {}

    static Optional<Found> find(Turn turn, FleetGateway gateway, PolicyDeclared policy) {
        GatewayDeclared spec = gateway.spec();
        EgressIp wanted = policy.egressIp();
        AllocationReason reason = reasonOf(policy);
        return switch (reason) {
            case NODE_ADDRESS -> Optional.of(new Found(Eip.nodeAddressOf(spec.gateway()), reason));
            case NAMED -> Optional.of(new Found(joined(turn, wanted.ipv4(), wanted.ipv6()), reason));
            case GATEWAY_DEFAULT ->
                Optional.of(new Found(joined(turn, spec.ipv4Default(), spec.ipv6Default()), reason));
            case FREE_OF_POOL -> free(turn, gateway).map(eip -> new Found(eip, reason));
            case ADOPTED -> Optional.empty(); // no policy asks for that
        };
    }

    static AllocationReason reasonOf(PolicyDeclared policy) {
        if (policy.egressIp().useNodeIp()) {
            return AllocationReason.NODE_ADDRESS;
        }
        if (policy.egressIp().isNamed()) {
            return AllocationReason.NAMED;
        }
        return policy.egressIp().allocator() == AllocatorPolicy.RR
                ? AllocationReason.FREE_OF_POOL
                : AllocationReason.GATEWAY_DEFAULT;
    }

    /**
     * The EIP that has this address, if one is allocated. Where two have it, one of them is about to be freed for the
     * other: {@link Adoption}.
     */
    static Optional<Eip> allocated(Turn turn, IpAddress address) {
        Optional<Eip> unused = Optional.empty();
        for (Table.Entry<Eip, FleetEip> eip : turn.state().eips()) {
            if (eip.key().has(address)) {
                if (!turn.state().rules().include(Rules.ADOPTION) || turn.isUsed(eip.key())) {
                    return Optional.of(eip.key());
                }
                unused = Optional.of(eip.key());
            }
        }
        return unused;
    }

    /** The EIP that has one of these addresses already, else a new one of exactly these. */
    private static Eip joined(Turn turn, Optional<IpAddress> ipv4, Optional<IpAddress> ipv6) {
        return ipv4.flatMap(address -> allocated(turn, address))
                .or(() -> ipv6.flatMap(address -> allocated(turn, address)))
                .orElseGet(() -> Eip.of(ipv4, ipv6));
    }

    private static Optional<Eip> free(Turn turn, FleetGateway gateway) {
        var taken = new TreeSet<IpAddress>();
        for (Table.Entry<Eip, FleetEip> eip : turn.state().eips()) {
            taken.addAll(eip.key().addresses());
        }
        GatewayDeclared spec = gateway.spec();
        Optional<IpAddress> ipv4 =
                free(UnusableAddresses.usable(turn, spec.ipv4Pool()), gateway.lastIpv4(), spec.ipv4Default(), taken);
        Optional<IpAddress> ipv6 =
                free(UnusableAddresses.usable(turn, spec.ipv6Pool()), gateway.lastIpv6(), spec.ipv6Default(), taken);
        boolean whole = ipv4.isPresent() == !spec.ipv4Pool().isEmpty()
                && ipv6.isPresent() == !spec.ipv6Pool().isEmpty();
        if (!whole) {
            return Optional.empty();
        }
        turn.put(new FleetGateway(spec, ipv4.or(gateway::lastIpv4), ipv6.or(gateway::lastIpv6), gateway.held()));
        return Optional.of(Eip.of(ipv4, ipv6));
    }

    /** The next free address after the last one given; the default EIP only if no other address is free. */
    private static Optional<IpAddress> free(
            Pool pool, Optional<IpAddress> last, Optional<IpAddress> byDefault, TreeSet<IpAddress> taken) {
        return pool.firstFreeAfter(last, address -> taken.contains(address) || byDefault.equals(Optional.of(address)))
                .or(() -> pool.firstFreeAfter(last, taken::contains));
    }
}
