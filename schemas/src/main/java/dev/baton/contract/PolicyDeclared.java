package dev.baton.contract;

import java.util.List;
import java.util.Optional;

/**
 * A policy as its user wants it.
 *
 * @param gateway empty: the fleet's default gateway
 * @param destinations empty: everything outside the cluster
 * @param podSelector which pods by label, NONE if by address alone; the coordinator only passes it on, endpoints come
 *     ready-made
 * @param podSubnets which pods by address: any of theirs lies in any of these, and the selector matches if there is one
 * @param namespaceSelector for cluster policies; empty: all namespaces
 * @param priority of the policies that cover a pod's packet, the highest counts; see {@link Precedence}
 */
public record PolicyDeclared(
        PolicyId policy,
        Optional<GatewayId> gateway,
        EgressIp egressIp,
        List<Cidr> destinations,
        LabelSelector podSelector,
        List<Cidr> podSubnets,
        Optional<LabelSelector> namespaceSelector,
        long priority)
        implements Declaration {
    public PolicyDeclared {
        destinations = List.copyOf(destinations);
        podSubnets = List.copyOf(podSubnets);
        if (priority < 0) {
            throw new IllegalArgumentException("priority: " + priority + " is negative; allowed is 0.. , higher wins");
        }
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
