package dev.baton.heartbeat;

import dev.baton.contract.Incarnation;
import dev.baton.contract.NodeId;
import dev.baton.contract.NodeLeaving;
import dev.baton.contract.Timings;
import dev.baton.heartbeat.core.Beat;
import dev.baton.heartbeat.core.Lease;
import dev.baton.heartbeat.core.NodeReport;
import dev.baton.heartbeat.core.SentHeartbeat;
import dev.baton.heartbeat.core.Session;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node's heartbeats: a thread that asks the {@link Session} what to send, and sends it. It never waits for the
 * datapath: an agent's loop that hangs is reported as broken, and a lapsed incarnation falls silent until {@link
 * #begin} starts the next.
 */
public final class HeartbeatProducer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HeartbeatProducer.class);

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

    private final NodeId node;
    private final SessionFile file;
    private final HeartbeatLog to;
    private final Freezer freezer;
    private final Thread thread;

    // Guarded by this; held for no longer than a small write, so that acknowledgements are never kept waiting.
    private Session session;
    private boolean closed;

    /** @param file where the session is written down for the next process */
    public HeartbeatProducer(Session session, SessionFile file, HeartbeatLog to, Freezer freezer) {
        this.node = session.node();
        this.session = session;
        this.file = file;
        this.to = to;
        this.freezer = freezer;
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
        session = session.at(System.nanoTime());
        return session.lease();
    }

    /** The kernel says that the lease ran out, whatever we think. */
    public synchronized void lapse() {
        become(session.lapsed());
    }

    /** Starts the next incarnation. The caller has taken away all that the last one held. */
    public synchronized void begin(Incarnation next) {
        Session begun = session.begun(next, System.nanoTime());
        file.write(begun.saved());
        become(begun);
    }

    /** The settings in force changed. */
    public synchronized void timings(Timings wanted) {
        become(session.wanting(wanted, System.nanoTime()));
    }

    /** The kernel still has this much of the lease that an earlier process was granted. */
    public synchronized void resumed(long kernelUntilNanos) {
        become(session.resumed(kernelUntilNanos, System.nanoTime()));
    }

    public synchronized Timings timings() {
        return session.terms().wanted();
    }

    /**
     * Waits until the lease is another than {@code known}, the time is up or this is closed.
     *
     * @return the lease then, perhaps the same
     */
    public synchronized Lease leaseAfter(Lease known, Duration most) throws InterruptedException {
        long until = System.nanoTime() + most.toNanos();
        for (long left = most.toNanos();
                left > 0 && !closed && session.lease().equals(known);
                left = until - System.nanoTime()) {
            wait(Math.max(1, left / 1_000_000));
        }
        return lease();
    }

    public synchronized boolean isClosed() {
        return closed;
    }

    /** The agent's loop goes on, though it has nothing to report: it is in the midst of something that takes long. */
    public synchronized void progressed() {
        become(session.progressed(System.nanoTime()));
    }

    /** Whether the agent's loop has not gone on for so long that this node cannot be relied on. */
    public synchronized boolean isStuck() {
        return session.isStuck(System.nanoTime());
    }

    /** What the next heartbeats say. News does not wait for the period. */
    public synchronized void report(NodeReport latest) {
        become(session.reporting(latest, System.nanoTime()));
    }

    /** From now on each heartbeat is followed by the word that this node leaves: its EIPs are to be moved away. */
    public synchronized void leave() {
        become(session.leaving(System.nanoTime()));
    }

    /** Whether the log has the word that this node leaves. */
    public synchronized boolean isLeavingHeard() {
        return session.farewell() == Session.Farewell.HEARD;
    }

    /** Wakes those who wait for a heartbeat to be due or for another lease. */
    private void become(Session changed) {
        boolean wakes = !changed.schedule().equals(session.schedule())
                || !changed.lease().equals(session.lease());
        session = changed;
        if (wakes) {
            notifyAll();
        }
    }

    private void beatOn() {
        try {
            while (freezer.pass() && waitUntilDue()) {
                // A freeze may have begun during the wait: nothing is sent between a freeze and the thaw.
                if (freezer.pass()) {
                    beat().ifPresent(this::send);
                }
            }
        } catch (RuntimeException | Error e) {
            // Our bug. A node without heartbeats must not go on as if it had them: all its threads end.
            log.error("event=heartbeats_failed node={}", node, e);
            freezer.kill();
        }
    }

    private synchronized boolean waitUntilDue() {
        while (!closed && !freezer.isKilled() && !session.schedule().isDue(System.nanoTime())) {
            Duration left = session.schedule().untilDue(System.nanoTime());
            try {
                wait(Math.max(1, left.toMillis()));
            } catch (InterruptedException e) {
                return false;
            }
        }
        return !closed;
    }

    /** @return what is to be sent now; it is written down already */
    private synchronized Optional<Beat.Send> beat() {
        return switch (session.beat(System.nanoTime(), Instant.now())) {
            case Beat.Silent(Session after) -> {
                if (session.isStuck(System.nanoTime())) {
                    log.warn("event=heartbeats_silent node={} reason=loop_stuck", node);
                }
                session = after;
                yield Optional.empty();
            }
            case Beat.Send send -> {
                boolean written = isWritten(send);
                session = written ? send.after() : send.ifNotWritten();
                yield written ? Optional.of(send) : Optional.empty();
            }
        };
    }

    private boolean isWritten(Beat.Send send) {
        try {
            file.write(send.first());
            return true;
        } catch (UncheckedIOException e) {
            log.error("event=heartbeat_withheld node={} reason=\"{}\"", node, e.getMessage());
            return false;
        }
    }

    /** Without the lock: an append may block for as long as one takes. */
    private void send(Beat.Send send) {
        to.append(send.heartbeat().heartbeat(), new Renewal(send.heartbeat()));
        send.farewell().ifPresent(word -> to.append(word, new Goodbye(word)));
    }

    private final class Renewal implements HeartbeatLog.Delivery {
        private final SentHeartbeat sent;

        Renewal(SentHeartbeat sent) {
            this.sent = sent;
        }

        @Override
        public void acknowledged() {
            if (freezer.pass()) {
                synchronized (HeartbeatProducer.this) {
                    become(session.acknowledged(sent, System.nanoTime()));
                }
            }
        }

        @Override
        public void failed(String reason) {
            log.debug(
                    "event=heartbeat_lost node={} incarnation={} reason=\"{}\"",
                    node,
                    sent.heartbeat().incarnation(),
                    reason);
        }
    }

    /** It is sent again with every heartbeat, so a failure needs no answer. */
    private final class Goodbye implements HeartbeatLog.Delivery {
        private final NodeLeaving word;

        Goodbye(NodeLeaving word) {
            this.word = word;
        }

        @Override
        public void acknowledged() {
            synchronized (HeartbeatProducer.this) {
                become(session.farewellHeard(word.incarnation()));
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
