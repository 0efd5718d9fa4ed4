package dev.baton.prober.core;

import java.time.Duration;

/**
 * Which outcomes are told.
 *
 * @param first so many results of each streak, so that whoever counts to a threshold sees it reached
 * @param refresh afterwards again after so long: well below the time after which an observer counts as silent
 */
public record ReportRules(int first, Duration refresh) {
    public static final ReportRules DEFAULT = new ReportRules(3, Duration.ofSeconds(3));

    public ReportRules {
        if (first < 1) {
            throw new IllegalArgumentException("report first: " + first + " is below 1");
        }
        if (!refresh.isPositive()) {
            throw new IllegalArgumentException("refresh: " + refresh + " is not above 0s");
        }
    }
}
