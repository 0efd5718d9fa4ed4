package dev.baton.launcher.lab;

import java.time.Instant;

/**
 * One instant on both clocks: what the probes measure is on the machine's monotonic clock, what logs and captured
 * frames carry is wall-clock time.
 */
public record Moment(long nanos, Instant wall) {
    static Moment now() {
        return new Moment(System.nanoTime(), Instant.now());
    }
}
