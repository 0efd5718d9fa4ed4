package dev.baton.launcher.agent;

import dev.baton.contract.Incarnation;
import dev.baton.contract.NodeId;
import dev.baton.datapath.Datapath;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.KernelLease;
import dev.baton.heartbeat.HeartbeatProducer;
import dev.baton.heartbeat.core.Lease;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands on to the kernel what Kafka's acknowledgements granted. The kernel's lease never runs longer than the granted one
 * and begins only when the datapath has been brought to what this incarnation may do: else it would open the gate for
 * what an earlier one left behind. Used by the work thread alone.
 */
final class LeaseKeeper {
    private static final Logger log = LoggerFactory.getLogger(LeaseKeeper.class);

    private final NodeId node;
    private final Datapath datapath;
    private final KernelLease kernel;
    private final HeartbeatProducer heartbeats;
    private boolean running;
    private long grantedUntilNanos;

    LeaseKeeper(NodeId node, Datapath datapath, HeartbeatProducer heartbeats) {
        this.node = node;
        this.datapath = datapath;
        this.kernel = datapath.lease();
        this.heartbeats = heartbeats;
    }

    /**
     * Goes on with the lease that an earlier process left in the kernel.
     *
     * @return false if the kernel has none: then this incarnation is over
     */
    boolean takeOver(long untilNanos) throws DatapathException {
        running = kernel.remaining().isPresent();
        grantedUntilNanos = untilNanos;
        return running;
    }

    boolean isRunning() {
        return running;
    }

    /** @param clean whether the datapath was brought to what {@code lease}'s incarnation may do */
    void keep(Lease lease, boolean clean) throws DatapathException {
        if (lease.untilNanos().isEmpty()) {
            return;
        }
        long until = lease.untilNanos().getAsLong();
        if (!running && clean) {
            kernel.begin(until);
            running = true;
            grantedUntilNanos = until;
            log.info("event=lease_begun node={} incarnation={}", node, lease.incarnation());
        } else if (running && until - grantedUntilNanos > 0) {
            renew(lease.incarnation(), until);
        }
    }

    private void renew(Incarnation incarnation, long until) throws DatapathException {
        switch (kernel.renew(until)) {
            case RENEWED -> grantedUntilNanos = until;
            case LAPSED -> {
                log.warn("event=kernel_lease_lapsed node={} incarnation={}", node, incarnation);
                heartbeats.lapse();
            }
            case TOO_LATE -> log.warn("event=lease_renewal_too_late node={} incarnation={}", node, incarnation);
        }
    }

    /** Stops every frame with an EIP now, and lets go of all EIPs. Returns when the kernel has done it. */
    void withdraw() throws DatapathException {
        datapath.withdraw();
        running = false;
    }

    /** Whether what this process granted is over by itself; the kernel then lets nothing pass, asked or not. */
    boolean hasRunOut(long nowNanos) {
        running = running && grantedUntilNanos - nowNanos > 0;
        return !running;
    }
}
