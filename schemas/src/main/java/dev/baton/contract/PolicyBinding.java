package dev.baton.contract;

import java.util.List;
import java.util.Optional;

/**
 * Which EIP a policy uses, as {@code baton.policies} keeps it.
 *
 * @param eip empty while none could be allocated: its traffic is dropped
 * @param destinations empty: everything outside the cluster
 * @param priority of the policies that cover a pod's packet, the highest counts; see {@link Precedence}
 */
public record PolicyBinding(
        PolicyId policy, GatewayId gateway, Optional<Eip> eip, List<Cidr> destinations, long priority, long cause) {
    public PolicyBinding {
        destinations = List.copyOf(destinations);
    }

    public PolicyBinding withCause(long changed) {
        return new PolicyBinding(policy, gateway, eip, destinations, priority, changed);
    }
}
