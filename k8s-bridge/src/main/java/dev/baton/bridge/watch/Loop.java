package dev.baton.bridge.watch;

import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that may use the bridge's knowledge. Informers, the log and the writer post changes to it; after
 * changes it runs a round, with a pause between rounds that grows with their length.
 */
public final class Loop implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Loop.class);

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);
    /** Gathers changes that come together, so that a storm is one round and not a thousand. */
    private static final long SHORTEST_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(20);
    /** Rounds may take a quarter of the thread's time. */
    private static final int PAUSE_PER_ROUND = 3;
    /** Time limits and retries need a round even without changes. */
    private static final long LONGEST_PAUSE_NS = TimeUnit.SECONDS.toNanos(1);

    private final LinkedBlockingQueue<Runnable> posted = new LinkedBlockingQueue<>();
    private final Runnable round;
    private final Thread thread = new Thread(this::run, "bridge");
    private volatile boolean closed;

    public Loop(Runnable round) {
        this.round = round;
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    public void post(Runnable change) {
        posted.add(change);
    }

    private void run() {
        long lastEnd = System.nanoTime();
        long pause = SHORTEST_PAUSE_NS;
        boolean news = false;
        while (!closed) {
            long left = lastEnd + (news ? pause : LONGEST_PAUSE_NS) - System.nanoTime();
            try {
                Runnable change = left > 0 ? posted.poll(left, TimeUnit.NANOSECONDS) : null;
                if (change != null) {
                    guarded(change);
                    news = true;
                }
                if (left > 0 && (change != null || !news)) {
                    continue;
                }
            } catch (InterruptedException e) {
                return;
            }
            long begin = System.nanoTime();
            guarded(round);
            lastEnd = System.nanoTime();
            pause = Math.max(SHORTEST_PAUSE_NS, (lastEnd - begin) * PAUSE_PER_ROUND);
            news = false;
        }
    }

    /** An object that causes an exception must not stop all others. */
    private static void guarded(Runnable change) {
        try {
            change.run();
        } catch (RuntimeException e) {
            log.error("event=bridge_failed", e);
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            if (!thread.join(CLOSE_LIMIT)) {
                log.warn("event=bridge_thread_stuck");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
