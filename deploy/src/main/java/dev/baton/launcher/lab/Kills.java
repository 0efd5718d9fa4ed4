package dev.baton.launcher.lab;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.baton.launcher.lab.Report.Phases;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/** Kills the holder's agent again and again, each time at another moment between its heartbeats. */
final class Kills {
    private final Lab lab;
    private final Consumer<String> tell;

    Kills(Lab lab, Consumer<String> tell) {
        this.lab = lab;
        this.tell = tell;
    }

    /** Milliseconds. */
    record Quantiles(long p50, long p99, long max) {
        static Quantiles of(List<Phases> all, ToLongFunction<Phases> part) {
            long[] sorted = all.stream().mapToLong(part).sorted().toArray();
            return new Quantiles(at(sorted, 0.50), at(sorted, 0.99), at(sorted, 1));
        }

        private static long at(long[] sorted, double share) {
            return sorted.length == 0 ? 0 : sorted[(int) Math.ceil(share * sorted.length) - 1];
        }

        @Override
        public String toString() {
            return "p50 " + p50 + "  p99 " + p99 + "  max " + max + " ms";
        }
    }

    /** All kills together. */
    record Spread(
            int kills,
            @JsonProperty("detection_ms") Quantiles detection,
            @JsonProperty("decision_ms") Quantiles decision,
            @JsonProperty("apply_ms") Quantiles apply,
            @JsonProperty("total_ms") Quantiles total,
            List<String> violated) {
        @JsonProperty("held")
        boolean held() {
            return violated.isEmpty();
        }
    }

    Spread repeat(int times) {
        Scenario kill = Scenarios.named("kill").orElseThrow();
        var judge = new Judge(lab);
        var phases = new ArrayList<Phases>();
        var violated = new ArrayList<String>();
        for (int n = 1; n <= times; n++) {
            // This waits for time itself, because the moment between two heartbeats is what is varied.
            long period = lab.timings().tunnelUpdatePeriod().toNanos();
            LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(period));
            Report report = judge.play(kill);
            report.phases().ifPresent(phases::add);
            violated.addAll(report.violated());
            tell.accept("kill " + n + " of " + times);
            report.lines().forEach(line -> tell.accept("   " + line));
        }
        var spread = new Spread(
                times,
                Quantiles.of(phases, Phases::detectionMs),
                Quantiles.of(phases, Phases::decisionMs),
                Quantiles.of(phases, Phases::applyMs),
                Quantiles.of(phases, Phases::total),
                violated);
        tell.accept("detection  " + spread.detection());
        tell.accept("decision   " + spread.decision());
        tell.accept("apply      " + spread.apply());
        tell.accept("total      " + spread.total());
        return spread;
    }
}
