package dev.baton.contract;

import java.time.Duration;

/**
 * At least {@code period} has really passed on the ticker's monotonic clock since it read its previous tick back from
 * this log. The only clock that decisions have.
 *
 * @param ticker names the task that ticks
 * @param generation a ticker that takes over names a higher one; ticks of lower ones are ignored from then on
 * @param sequence 0 for a ticker's first tick, which proves no time, then one more each
 */
public record Tick(String ticker, long generation, long sequence, Duration period)
        implements LivenessEvent, FleetEvent {
    public Tick {
        if (!period.isPositive()) {
            throw new IllegalArgumentException("period=" + period.toMillis() + "ms of a tick must be positive");
        }
    }
}
