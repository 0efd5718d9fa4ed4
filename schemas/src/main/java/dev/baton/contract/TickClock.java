package dev.baton.contract;

import java.time.Duration;

/**
 * Log time: what counted ticks have proved to have passed, and who may add to it.
 *
 * @param elapsed sum of the periods of all counted ticks
 */
public record TickClock(String ticker, long generation, long sequence, Duration elapsed) {
    public static final TickClock START = new TickClock("", 0, 0, Duration.ZERO);
}
