package dev.baton.failover.topology;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Whether the ticks of a liveness task come back from the log, for a watchdog on another thread. Only a task that is
 * restored and has a fleet to tick for is watched: one that restores a long log is slow, not stuck.
 */
public final class Pulse {
    private final LongSupplier nanoClock;
    private boolean watched;
    private long lastNanos;

    /** @param nanoClock monotonic */
    public Pulse(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /** A tick was read from the log, by a task that ticks. */
    synchronized void ticked() {
        watched = true;
        lastNanos = nanoClock.getAsLong();
    }

    /** The task that ticked is gone; whoever owns the partition now is watched in its own process. */
    public synchronized void ended() {
        watched = false;
    }

    /** For how long no tick has come back; zero while there is no task to wait for. */
    public synchronized Duration silence() {
        return watched ? Duration.ofNanos(nanoClock.getAsLong() - lastNanos) : Duration.ZERO;
    }
}
