package dev.baton.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Durations in nanoseconds, told as p50, p99 and max in milliseconds. */
final class Quantiles {
    private final List<Long> nanos = new ArrayList<>();

    void add(long duration) {
        nanos.add(duration);
    }

    int size() {
        return nanos.size();
    }

    double millis(double quantile) {
        var sorted = nanos.stream().sorted().toList();
        int at = (int) Math.min(sorted.size() - 1L, Math.round(quantile * (sorted.size() - 1)));
        return sorted.get(at) / 1e6;
    }

    @Override
    public String toString() {
        return nanos.isEmpty()
                ? "no samples"
                : String.format(
                        Locale.ROOT,
                        "p50 %.2f ms, p99 %.2f ms, max %.2f ms, %d samples",
                        millis(0.5),
                        millis(0.99),
                        millis(1),
                        nanos.size());
    }
}
