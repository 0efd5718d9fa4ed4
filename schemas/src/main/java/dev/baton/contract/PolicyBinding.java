package dev.baton.contract;

import java.util.List;
import java.util.Optional;

/**
 * Which EIP a policy uses, as {@code baton.policies} keeps it.
 *
 * @param eip empty while none could be allocated: its traffic is dropped
 * @param destinations empty: everything outside the cluster
 */
public record PolicyBinding(
        PolicyId policy, GatewayId gateway, Optional<Eip> eip, List<Cidr> destinations, long cause) {
    public PolicyBinding {
        destinations = List.copyOf(destinations);
    }
}
