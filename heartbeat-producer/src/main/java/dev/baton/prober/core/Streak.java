package dev.baton.prober.core;

/**
 * How the latest probes of an endpoint ended.
 *
 * @param inARow so many alike; 0: none has ended yet
 * @param endedAt reading of the clock when the last one did
 * @param interval from one to the next, in nanoseconds
 * @param sequence of the next report
 */
record Streak(boolean passed, int inARow, long endedAt, long interval, long sequence) {
    /** So many intervals without an outcome, and nothing is known any more; a probe may take nearly one to end. */
    private static final int FRESH_INTERVALS = 3;

    static Streak none(long sequence) {
        return new Streak(false, 0, 0, 0, sequence);
    }

    Streak askedEvery(long nanos) {
        return new Streak(passed, inARow, endedAt, nanos, sequence);
    }

    boolean isNone() {
        return inARow == 0;
    }

    boolean isFresh(long nowNanos) {
        return !isNone() && nowNanos - endedAt <= FRESH_INTERVALS * interval;
    }

    Streak ended(boolean outcome, long nowNanos) {
        boolean goesOn = outcome == passed && !isNone();
        return new Streak(outcome, goesOn ? Math.max(inARow, inARow + 1) : 1, nowNanos, interval, sequence);
    }

    Streak reported() {
        return new Streak(passed, inARow, endedAt, interval, sequence + 1);
    }
}
