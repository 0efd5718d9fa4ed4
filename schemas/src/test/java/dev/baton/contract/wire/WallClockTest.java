package dev.baton.contract.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WallClockTest {
    private final AtomicLong wallMillis = new AtomicLong(1_000_000_000);
    private final AtomicLong nanos = new AtomicLong(7_000_000_000L);
    private final WallClock clock = new WallClock(wallMillis::get, nanos::get);

    private void pass(Duration time) {
        wallMillis.addAndGet(time.toMillis());
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void timeThatPassesOnBothClocksIsNoStep() {
        pass(Duration.ofDays(1));
        assertEquals(Duration.ZERO, clock.setBack());
    }

    @Test
    void aStepBackIsToldOnceAndByHowMuch() {
        pass(Duration.ofSeconds(1));
        wallMillis.addAndGet(-Duration.ofHours(1).toMillis());
        assertEquals(Duration.ofHours(1), clock.setBack());
        pass(Duration.ofSeconds(1));
        assertEquals(Duration.ZERO, clock.setBack());
    }

    @Test
    void aStepAheadIsNoStepBack() {
        wallMillis.addAndGet(Duration.ofHours(1).toMillis());
        assertEquals(Duration.ofHours(-1), clock.setBack());
    }
}
