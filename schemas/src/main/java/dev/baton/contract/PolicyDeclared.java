package dev.baton.contract;

import java.util.List;
import java.util.Optional;

/**
 * A policy as its user wants it.
 *
 * @param gateway empty: the fleet's default gateway
 * @param destinations empty: everything outside the cluster
 * @param podSelector which pods; the coordinator only passes it on, endpoints come ready-made
 * @param namespaceSelector for cluster policies; empty: all namespaces
 */
public record PolicyDeclared(
        PolicyId policy,
        Optional<GatewayId> gateway,
        EgressIp egressIp,
        List<Cidr> destinations,
        LabelSelector podSelector,
        Optional<LabelSelector> namespaceSelector)
        implements Declaration {
    public PolicyDeclared {
        destinations = List.copyOf(destinations);
    }

    /** Which EIP a policy asks for: {@code spec.egressIP}. */
    public record EgressIp(
            Optional<IpAddress> ipv4, Optional<IpAddress> ipv6, boolean useNodeIp, AllocatorPolicy allocator) {
        public static final EgressIp DEFAULT =
                new EgressIp(Optional.empty(), Optional.empty(), false, AllocatorPolicy.DEFAULT);

        public boolean isNamed() {
            return ipv4.isPresent() || ipv6.isPresent();
        }
    }

    /** How an EIP is found for a policy that names none. */
    public enum AllocatorPolicy {
        /** The gateway's default EIP, shared. */
        DEFAULT,
        /** A free one of the pool, its own. */
        RR
    }
}
