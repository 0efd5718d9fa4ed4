package dev.baton.failover.core;

import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.FleetSnapshot.FleetNode;
import dev.baton.contract.TunnelPhase;
import java.time.Duration;

/**
 * The nodes of a new gateway start one after the other. Without a short wait all EIPs would go to the node that is
 * Ready first, and stay there, because nothing moves without need. See decision note 0007.
 */
final class ColdStart {
    private ColdStart() {}

    /**
     * Whether an EIP that no node holds should wait for nodes that are about to be Ready. Never after the gateway's
     * first EIP was given to a node, and never while a node of the gateway is silent: that is an outage, and the first
     * node that can end it should.
     */
    static boolean isOn(Turn turn, FleetEip eip) {
        boolean waitIsOver =
                eip.deadline().filter(until -> until.compareTo(turn.now()) <= 0).isPresent();
        if (waitIsOver || !eip.quarantined().isEmpty()) {
            return false;
        }
        boolean isAnyEligible = false;
        boolean isAnyStarting = false;
        for (FleetNode node : turn.selected(eip.assignment().gateway())) {
            if (node.live() == TunnelPhase.HEARTBEAT_TIMEOUT) {
                return false;
            }
            isAnyEligible |= Placement.isEligible(turn, eip, node);
            isAnyStarting |= isStarting(node);
        }
        return isAnyEligible
                && isAnyStarting
                && !turn.isAnyHeldOf(eip.assignment().gateway());
    }

    private static boolean isStarting(FleetNode node) {
        return node.live() == TunnelPhase.INIT && node.kubernetesReady() && !node.leaving() && !node.isToBeEmptied();
    }

    /** How long an EIP waits at most: agents that were started together are Ready within a fraction of this. */
    static Duration longest(Turn turn) {
        return turn.state().settings().timings().eipEvictionTimeout().multipliedBy(2);
    }
}
