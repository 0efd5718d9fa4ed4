package dev.baton.agent;

import dev.baton.contract.Incarnation;
import dev.baton.contract.NodeId;
import dev.baton.datapath.Datapath;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.KernelLease;
import dev.baton.heartbeat.Freezer;
import dev.baton.heartbeat.HeartbeatProducer;
import dev.baton.heartbeat.core.Lease;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands on to the kernel what Kafka's acknowledgements granted. The kernel's lease never runs longer than the granted
 * one and begins only when the datapath has been brought to what this incarnation may do: else it would open the gate
 * for what an earlier one left behind.
 *
 * <p>The agent's loop begins the lease and takes it away; a thread of its own renews it, so that it need not wait for a
 * datapath that is busy. One lock keeps them apart: a renewal is over before a withdrawal begins, and after one there
 * is nothing to renew until the agent's loop begins the next. Renewal depends on the loop being alive: when it is
 * stuck, and heartbeats say so, the lease is left to run out.
 */
final class LeaseKeeper implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LeaseKeeper.class);
    /** Between two attempts at what did not succeed; the kernel may be busy with somebody's large change. */
    private static final Duration AGAIN = Duration.ofMillis(10);
    /** A grant wakes the thread; the end of the agent is seen after this. */
    private static final Duration IDLE = Duration.ofMillis(250);

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(3);

    private final NodeId node;
    private final Datapath datapath;
    private final KernelLease kernel;
    private final HeartbeatProducer heartbeats;
    private final Freezer freezer;
    private final Thread thread;

    // Guarded by this.
    private long grantedUntilNanos;
    private boolean withheld;
    private Optional<DatapathException> failure = Optional.empty();

    private boolean running;

    LeaseKeeper(NodeId node, Datapath datapath, HeartbeatProducer heartbeats, Freezer freezer) {
        this.node = node;
        this.datapath = datapath;
        this.kernel = datapath.lease();
        this.heartbeats = heartbeats;
        this.freezer = freezer;
        this.thread = new Thread(this::renewOn, "lease-" + node);
        thread.setDaemon(true);
    }

    /** Renews from now on what is begun or taken over. */
    void start() {
        thread.start();
    }

    /**
     * Goes on with the lease that an earlier process left in the kernel.
     *
     * @return false if the kernel has none, or the grant has run out: then this incarnation is over
     */
    synchronized boolean takeOver() throws DatapathException {
        Optional<Duration> left = kernel.remaining();
        left.ifPresent(remaining -> heartbeats.resumed(System.nanoTime() + remaining.toNanos()));
        OptionalLong until = heartbeats.lease().untilNanos();
        running = until.isPresent() && left.isPresent();
        grantedUntilNanos = until.orElse(grantedUntilNanos);
        return running;
    }

    /**
     * Begins the lease of an incarnation that the datapath was brought to.
     *
     * @return false if nothing is granted to it at this moment
     */
    synchronized boolean begin(Incarnation incarnation) throws DatapathException {
        // Read here, after any freeze: the grant may have run out during one.
        Lease lease = heartbeats.lease();
        if (running || lease.untilNanos().isEmpty() || !lease.incarnation().equals(incarnation)) {
            return false;
        }
        long until = lease.untilNanos().getAsLong();
        kernel.begin(until);
        running = true;
        grantedUntilNanos = until;
        log.info("event=lease_begun node={} incarnation={}", node, incarnation);
        return true;
    }

    private void renewOn() {
        try {
            while (!heartbeats.isClosed() && freezer.pass()) {
                // Read the grant only after the freezer: it may have run out during a freeze.
                Lease tried = heartbeats.lease();
                boolean done = renew();
                heartbeats.leaseAfter(tried, done ? IDLE : AGAIN);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            // Our bug. Without renewals the node would lose its lease while it says that all is well: all threads end.
            log.error("event=lease_renewal_failed node={}", node, e);
            freezer.kill();
        }
    }

    /** @return whether the kernel has all that was granted; else it is to be tried again */
    synchronized boolean renew() {
        Lease lease = heartbeats.lease();
        if (!running || lease.untilNanos().isEmpty()) {
            return true;
        }
        long until = lease.untilNanos().getAsLong();
        if (until - grantedUntilNanos <= 0) {
            return true;
        }
        boolean stuck = heartbeats.isStuck();
        if (stuck != withheld) {
            withheld = stuck;
            log.warn("event=lease_renewal_{} node={}", stuck ? "withheld" : "resumed", node);
        }
        return !stuck && renew(lease.incarnation(), until);
    }

    private boolean renew(Incarnation incarnation, long until) {
        try {
            return switch (kernel.renew(until)) {
                case RENEWED -> {
                    grantedUntilNanos = until;
                    yield true;
                }
                case LAPSED -> {
                    log.warn("event=kernel_lease_lapsed node={} incarnation={}", node, incarnation);
                    heartbeats.lapse();
                    yield true;
                }
                case TOO_LATE -> {
                    log.warn("event=lease_renewal_too_late node={} incarnation={}", node, incarnation);
                    yield false;
                }
            };
        } catch (DatapathException e) {
            failure = Optional.of(e);
            return false;
        }
    }

    /** Why a renewal failed since this was asked last: for the agent's loop, which logs and reports it. */
    synchronized Optional<DatapathException> failure() {
        Optional<DatapathException> last = failure;
        failure = Optional.empty();
        return last;
    }

    /** Stops every frame with an EIP now, and lets go of all EIPs. Returns when the kernel has done it. */
    synchronized void withdraw() throws DatapathException {
        datapath.withdraw();
        running = false;
    }

    /** Whether every lease this process gave to the kernel has expired; the kernel then blocks without being asked. */
    synchronized boolean hasRunOut(long nowNanos) {
        running = running && grantedUntilNanos - nowNanos > 0;
        return !running;
    }

    /** After the heartbeats have ended, or the agent was killed. What was granted runs on until it lapses. */
    @Override
    public void close() {
        try {
            if (thread.getState() != Thread.State.NEW && !thread.join(CLOSE_LIMIT)) {
                log.warn("event=lease_thread_stuck node={}", node);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
