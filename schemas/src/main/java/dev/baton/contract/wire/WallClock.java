package dev.baton.contract.wire;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Notices when the wall clock is set back. Kafka's clients measure time on it and never take an earlier one for the
 * present: after it was set back they neither connect again nor come back from a wait nor tell their group that they
 * live, until it has caught up. Used by one thread.
 */
public final class WallClock {
    private final LongSupplier wallMillis;
    private final LongSupplier nanoClock;
    private long aheadMillis;

    /**
     * @param wallMillis may jump
     * @param nanoClock monotonic
     */
    public WallClock(LongSupplier wallMillis, LongSupplier nanoClock) {
        this.wallMillis = wallMillis;
        this.nanoClock = nanoClock;
        this.aheadMillis = ahead();
    }

    private long ahead() {
        return wallMillis.getAsLong() - nanoClock.getAsLong() / 1_000_000;
    }

    /** By how much it was set back since this was asked last; zero or negative if it was not. */
    public Duration setBack() {
        long now = ahead();
        var back = Duration.ofMillis(aheadMillis - now);
        aheadMillis = now;
        return back;
    }
}
