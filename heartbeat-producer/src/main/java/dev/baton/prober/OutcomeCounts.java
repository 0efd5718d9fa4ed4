package dev.baton.prober;

import dev.baton.metrics.Counters;

/** How the probes ended, as figures. */
final class OutcomeCounts {
    static final String PROBES = "baton_prober_probes_total";
    static final String MISSED = "baton_prober_rounds_missed_total";

    private final Counters counters;

    OutcomeCounts(Counters counters) {
        this.counters = counters;
    }

    void add(Outcome outcome) {
        counters.add(
                PROBES,
                "outcome",
                switch (outcome) {
                    case Outcome.Passed _ -> "PASSED";
                    case Outcome.Failed failed -> failed.reason().name();
                    case Outcome.Unasked _ -> "UNASKED";
                });
    }

    /** Probes that were left out, since this process was not given the processor in time. */
    void missed(long rounds) {
        counters.set(MISSED, rounds);
    }
}
