package dev.baton.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TimingsTest {
    private static Timings of(long timeoutMillis) {
        return new Timings(Duration.ofMillis(20), Duration.ofMillis(20), Duration.ofMillis(timeoutMillis));
    }

    @Test
    void aTimeoutWhoseMarginDoesNotCoverTheKernelsGuardIsRefused() {
        var refusal = assertThrows(IllegalArgumentException.class, () -> of(123));
        assertEquals(
                "eipEvictionTimeout=123ms is too short: a lease ends a third earlier at most, and that must cover the"
                        + " 40ms by which the kernel may end it late, and 1 % for clocks; allowed are 124ms and more",
                refusal.getMessage());
    }

    @Test
    void theMarginOfEveryAllowedTimeoutCoversTheGuardAndTheRateOfClocks() {
        for (long timeout = 124; timeout <= 600_000; timeout += 7) {
            Duration margin = of(timeout).leaseMargin();
            assertTrue(margin.toNanos() >= 40_000_000 + timeout * 10_000, timeout + ": " + margin);
        }
    }
}
