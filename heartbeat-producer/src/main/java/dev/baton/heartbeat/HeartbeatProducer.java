package dev.baton.heartbeat;

import dev.baton.contract.DatapathFault;
import dev.baton.contract.DatapathState;
import dev.baton.contract.Heartbeat;
import dev.baton.contract.Incarnation;
import dev.baton.contract.NodeId;
import dev.baton.contract.NodeLeaving;
import dev.baton.contract.Timings;
import dev.baton.heartbeat.core.HeartbeatSchedule;
import dev.baton.heartbeat.core.Lease;
import dev.baton.heartbeat.core.LeaseTerms;
import dev.baton.heartbeat.core.NodeReport;
import dev.baton.heartbeat.core.Sequences;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node's heartbeats: a thread that sends them in step, and the lease that their acknowledgements grant. It never
 * waits for the datapath: a work thread that hangs is reported as broken, and a lapsed incarnation falls silent until
 * {@link #begin} starts the next.
 */
public final class HeartbeatProducer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HeartbeatProducer.class);

    /** A busy machine may keep a work thread for longer than half of a short timeout; it hangs no less for that. */
    private static final Duration LEAST_STUCK = Duration.ofSeconds(1);

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

    private final NodeId node;
    private final RunDirectory run;
    private final HeartbeatLog to;
    private final Freezer freezer;
    private final Thread thread;

    // Guarded by this; held for no longer than a small write, so that acknowledgements are never kept waiting.
    private LeaseTerms terms;
    private Lease lease;
    private Sequences sequences;
    private HeartbeatSchedule schedule;
    private NodeReport report;
    private boolean leaving;
    private boolean leftHeard;
    private boolean closed;

    /**
     * @param lease of the incarnation to go on with, or a new one
     * @param sequences matching it
     */
    public HeartbeatProducer(
            NodeId node,
            Timings timings,
            Lease lease,
            Sequences sequences,
            RunDirectory run,
            HeartbeatLog to,
            Freezer freezer) {
        this.node = node;
        this.terms = LeaseTerms.restored(timings, lease, System.nanoTime());
        this.lease = lease;
        this.sequences = sequences;
        this.run = run;
        this.to = to;
        this.freezer = freezer;
        this.schedule = new HeartbeatSchedule(System.nanoTime());
        this.report = NodeReport.starting(System.nanoTime());
        this.thread = new Thread(this::beatOn, "heartbeat-" + node);
    }

    /** Begins to send; again does nothing more. */
    public void start() {
        if (thread.getState() == Thread.State.NEW) {
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** The lease as it stands at this moment; lapsed is for good. */
    public synchronized Lease lease() {
        lease = lease.at(System.nanoTime());
        return lease;
    }

    /** The kernel says that the lease ran out, whatever we think. */
    public synchronized void lapse() {
        lease = lease.lapsed();
        notifyAll();
    }

    /** Starts the next incarnation. The caller has taken away all that the last one held. */
    public synchronized void begin(Incarnation next) {
        if (!next.supersedes(lease.incarnation())) {
            throw new IllegalStateException("incarnation " + next + " does not exceed " + lease.incarnation());
        }
        run.write(new RunDirectory.Session(next, OptionalLong.empty(), 0));
        lease = Lease.of(next);
        sequences = Sequences.after(0);
        leftHeard = false;
        beatSoon();
    }

    /** The settings in force changed. */
    public synchronized void timings(Timings wanted) {
        terms = terms.wanting(wanted);
        schedule = schedule.within(System.nanoTime(), wanted.tunnelUpdatePeriod());
        notifyAll();
    }

    /**
     * The kernel still has this much of the lease that an earlier process was granted. What is stated from now on must
     * cover all of it, or the coordinator would give the EIPs away while the kernel lets their frames pass.
     */
    public synchronized void resumed(long kernelUntilNanos) {
        lease = lease.reaching(kernelUntilNanos);
        terms = LeaseTerms.restored(terms.wanted(), lease, System.nanoTime());
    }

    public synchronized Timings timings() {
        return terms.wanted();
    }

    /**
     * Waits until the lease is another than {@code known}, the time is up or this is closed.
     *
     * @return the lease then, perhaps the same
     */
    public synchronized Lease leaseAfter(Lease known, Duration most) throws InterruptedException {
        long until = System.nanoTime() + most.toNanos();
        for (long left = most.toNanos(); left > 0 && !closed && lease.equals(known); left = until - System.nanoTime()) {
            wait(Math.max(1, left / 1_000_000));
        }
        return lease();
    }

    public synchronized boolean isClosed() {
        return closed;
    }

    /** The work thread goes on, though it has nothing to report: it is in the midst of something that takes long. */
    public synchronized void progressed() {
        report = report.at(System.nanoTime());
    }

    /** Whether the work thread has not gone on for so long that this node cannot be relied on. */
    public synchronized boolean isStuck() {
        return isStuck(System.nanoTime());
    }

    private boolean isStuck(long nowNanos) {
        Duration silent = report.silence(schedule, nowNanos);
        Duration half = terms.wanted().eipEvictionTimeout().dividedBy(2);
        return silent.compareTo(half.compareTo(LEAST_STUCK) > 0 ? half : LEAST_STUCK) > 0;
    }

    /** What the next heartbeats say. News does not wait for the period. */
    public synchronized void report(NodeReport latest) {
        boolean news = !latest.saysTheSameAs(report);
        report = latest;
        if (news) {
            beatSoon();
        }
    }

    /** From now on each heartbeat is followed by the word that this node leaves: its EIPs are to be moved away. */
    public synchronized void leave() {
        leaving = true;
        beatSoon();
    }

    /** Whether the log has the word that this node leaves. */
    public synchronized boolean isLeavingHeard() {
        return leftHeard;
    }

    private void beatSoon() {
        schedule = new HeartbeatSchedule(System.nanoTime());
        notifyAll();
    }

    private void beatOn() {
        try {
            while (freezer.pass() && waitUntilDue()) {
                // A freeze may have begun during the wait: nothing is sent between a freeze and the thaw.
                if (freezer.pass()) {
                    beat();
                }
            }
        } catch (RuntimeException | Error e) {
            // Our bug. A node without heartbeats must not go on as if it had them: all its threads end.
            log.error("event=heartbeats_failed node={}", node, e);
            freezer.kill();
        }
    }

    private synchronized boolean waitUntilDue() {
        while (!closed && !freezer.isKilled() && !schedule.isDue(System.nanoTime())) {
            Duration left = schedule.untilDue(System.nanoTime());
            try {
                wait(Math.max(1, left.toMillis()));
            } catch (InterruptedException e) {
                return false;
            }
        }
        return !closed;
    }

    private void beat() {
        Heartbeat heartbeat;
        LeaseTerms sentUnder;
        boolean alsoLeaving;
        long sentNanos;
        synchronized (this) {
            sentNanos = System.nanoTime();
            report = report.excused(schedule, sentNanos);
            schedule = schedule.sent(sentNanos, terms.wanted().tunnelUpdatePeriod());
            lease = lease.at(sentNanos);
            // A lapsed incarnation is silent: heartbeats would only delay that others take over.
            if (lease.isLapsed() || !isWrittenDown()) {
                return;
            }
            terms = terms.settled(lease, sentNanos);
            sentUnder = terms;
            heartbeat = heartbeat(sentNanos);
            sequences = sequences.taken();
            lease = lease.announced(sentNanos, terms.length());
            alsoLeaving = leaving;
        }
        Incarnation incarnation = heartbeat.incarnation();
        to.append(heartbeat, acknowledging(incarnation, sentNanos, sentUnder));
        if (alsoLeaving) {
            to.append(new NodeLeaving(node, incarnation), new Farewell());
        }
    }

    /** A restart must find a sequence above all that were used, and may find a lease end a little too early. */
    private boolean isWrittenDown() {
        Sequences wanted = sequences.isUsedUp() ? sequences.reserved() : sequences;
        try {
            // Who has said that it leaves gets nothing any more: a restart must be a new incarnation.
            OptionalLong until = leaving ? OptionalLong.empty() : lease.untilNanos();
            run.write(new RunDirectory.Session(lease.incarnation(), until, wanted.limit()));
            sequences = wanted;
            return true;
        } catch (UncheckedIOException e) {
            log.error("event=heartbeat_withheld node={} reason=\"{}\"", node, e.getMessage());
            return false;
        }
    }

    private Heartbeat heartbeat(long nowNanos) {
        boolean stuck = isStuck(nowNanos);
        return new Heartbeat(
                node,
                lease.incarnation(),
                sequences.next(),
                stuck ? DatapathState.BROKEN : report.datapath(),
                stuck ? DatapathFault.TOOL_DEADLINE : report.fault(),
                report.foldedOffset(),
                false,
                terms.stated().eipEvictionTimeout(),
                report.parent(),
                Instant.now());
    }

    private HeartbeatLog.Outcome acknowledging(Incarnation incarnation, long sentNanos, LeaseTerms sentUnder) {
        return new HeartbeatLog.Outcome() {
            @Override
            public void acknowledged() {
                if (freezer.pass()) {
                    renew(incarnation, sentNanos, sentUnder);
                }
            }

            @Override
            public void failed(String reason) {
                log.debug("event=heartbeat_lost node={} incarnation={} reason=\"{}\"", node, incarnation, reason);
            }
        };
    }

    private synchronized void renew(Incarnation incarnation, long sentNanos, LeaseTerms sentUnder) {
        if (lease.incarnation().equals(incarnation)) {
            boolean first = lease.untilNanos().isEmpty();
            lease = lease.acknowledged(sentNanos, System.nanoTime(), terms.lengthFor(sentUnder));
            notifyAll(); // whoever hands it on to the kernel
            if (first) {
                beatSoon(); // which writes the lease down, for a process that is killed and started again at once
            }
        }
    }

    /** It is sent again with every heartbeat, so a failure needs no answer. */
    private final class Farewell implements HeartbeatLog.Outcome {
        @Override
        public void acknowledged() {
            synchronized (HeartbeatProducer.this) {
                leftHeard = leaving;
            }
        }

        @Override
        public void failed(String reason) {}
    }

    /** Ends the thread, which may take as long as one append. What was granted runs on until it lapses. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        try {
            if (thread.getState() != Thread.State.NEW && !thread.join(CLOSE_LIMIT)) {
                log.warn("event=heartbeat_thread_stuck node={}", node);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
