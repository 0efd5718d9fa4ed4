package dev.baton.sim.model;

/**
 * A machine's monotonic clock: it began anywhere and runs a little too fast or too slow, all its life.
 *
 * @param offset its reading when the run began; must not matter to anything
 * @param rate its nanoseconds for each true one
 */
public record CrookedClock(Scheduler scheduler, long offset, double rate) {
    public long now() {
        return offset + Math.round(scheduler.now() * rate);
    }

    /** How long a duration on this clock truly takes. */
    long trueNanos(long local) {
        return Math.round(local / rate);
    }

    long localNanos(long trueNanos) {
        return Math.round(trueNanos * rate);
    }
}
