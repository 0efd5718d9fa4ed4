package dev.baton.failover.core;

import dev.baton.contract.ClusterNetworksDeclared;
import dev.baton.contract.Decision.AlertCode;
import dev.baton.contract.Decision.AlertRaised;
import dev.baton.contract.FleetSnapshot.FleetGateway;
import java.util.Optional;

/**
 * What the cluster itself uses becomes known, often after gateways did. An EIP that is allocated by then stays with its
 * policies and its holder: letting go of it would cut them off, and the kernel's rules keep it from harming others. It
 * is an alert, and no more such addresses are given out.
 */
final class ClusterNetworks {
    private ClusterNetworks() {}

    static void declared(Turn turn, ClusterNetworksDeclared declared, long origin) {
        FleetState before = turn.state();
        Refusal.acceptOrRefuse(turn, origin, Optional.empty());
        if (before.networks().equals(Optional.of(declared))) {
            return;
        }
        turn.put(declared);
        turn.makeRoom(); // networks that are gone leave their addresses to the pools
        for (FleetGateway gateway : turn.state().gateways().values()) {
            if (!overlaps(before, gateway) && overlaps(turn.state(), gateway)) {
                turn.decide(new AlertRaised(
                        AlertCode.POOL_OVERLAPS_CLUSTER,
                        "gateway " + gateway.spec().gateway()));
            }
        }
    }

    private static boolean overlaps(FleetState state, FleetGateway gateway) {
        return UnusableAddresses.inCluster(state, gateway.spec().ipv4Pool()).isPresent()
                || UnusableAddresses.inCluster(state, gateway.spec().ipv6Pool()).isPresent();
    }
}
