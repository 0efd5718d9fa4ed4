package dev.baton.failover;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class PassedOverTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final PassedOver passedOver = new PassedOver();

    @Test
    void theFirstIsToldAndThenOneInHalfAMinuteWithHowManyThereWere() {
        assertEquals(OptionalLong.of(1), passedOver.one("baton.heartbeats", 0));
        for (int second = 1; second < 30; second++) {
            assertEquals(OptionalLong.empty(), passedOver.one("baton.heartbeats", second * SECOND));
        }
        assertEquals(OptionalLong.of(1), passedOver.one("baton.fleet", 29 * SECOND));
        assertEquals(OptionalLong.of(31), passedOver.one("baton.heartbeats", 30 * SECOND));
    }
}
