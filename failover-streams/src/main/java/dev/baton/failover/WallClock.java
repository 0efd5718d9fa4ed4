package dev.baton.failover;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Notices when the wall clock is set back. Kafka's consumers measure their group's heartbeats on it and never take an
 * earlier time for the present: after it was set back they are silent until it has caught up. Used by one thread.
 */
final class WallClock {
    private final LongSupplier wallMillis;
    private final LongSupplier nanoClock;
    private long aheadMillis;

    /**
     * @param wallMillis may jump
     * @param nanoClock monotonic
     */
    WallClock(LongSupplier wallMillis, LongSupplier nanoClock) {
        this.wallMillis = wallMillis;
        this.nanoClock = nanoClock;
        this.aheadMillis = ahead();
    }

    private long ahead() {
        return wallMillis.getAsLong() - nanoClock.getAsLong() / 1_000_000;
    }

    /** By how much it was set back since this was asked last; zero or negative if it was not. */
    Duration setBack() {
        long now = ahead();
        var back = Duration.ofMillis(aheadMillis - now);
        aheadMillis = now;
        return back;
    }
}
