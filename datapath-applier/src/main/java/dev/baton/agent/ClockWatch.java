package dev.baton.agent;

import dev.baton.contract.NodeId;
import dev.baton.contract.wire.WallClock;
import dev.baton.heartbeat.Freezer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives an agent's Kafka clients up when the wall clock was set back: they would wait for it to catch up, while the
 * lease runs on the monotonic clock. A thread of its own, since those who use the clients wait in them.
 */
final class ClockWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ClockWatch.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(250);
    /** Clients that live are late by as much as this: no more than the longest pause between two of their attempts. */
    private static final Duration SET_BACK = Duration.ofMillis(500);

    private final NodeId node;
    private final Freezer freezer;
    private final Runnable reconnect;
    private final WallClock wallClock = new WallClock(System::currentTimeMillis, System::nanoTime);
    private final CountDownLatch closing = new CountDownLatch(1);

    ClockWatch(NodeId node, Freezer freezer, Runnable reconnect) {
        this.node = node;
        this.freezer = freezer;
        this.reconnect = reconnect;
    }

    void start() {
        var thread = new Thread(this::watch, "clock-" + node);
        thread.setDaemon(true);
        thread.start();
    }

    private void watch() {
        try {
            while (!closing.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS) && freezer.pass()) {
                Duration back = wallClock.setBack();
                if (back.compareTo(SET_BACK) > 0) {
                    log.warn("event=wall_clock_set_back node={} by={}ms action=new_clients", node, back.toMillis());
                    reconnect.run();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closing.countDown();
    }
}
