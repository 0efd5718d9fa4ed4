package dev.baton.prober.core;

/**
 * How the latest probes of an endpoint ended.
 *
 * @param inARow so many alike; 0: none has ended yet
 * @param sequence of the next report
 */
record Streak(boolean passed, int inARow, long sequence) {
    static Streak none(long sequence) {
        return new Streak(false, 0, sequence);
    }

    boolean isNone() {
        return inARow == 0;
    }

    Streak ended(boolean outcome) {
        boolean goesOn = outcome == passed && !isNone();
        return new Streak(outcome, goesOn ? Math.max(inARow, inARow + 1) : 1, sequence);
    }

    Streak reported() {
        return new Streak(passed, inARow, sequence + 1);
    }
}
