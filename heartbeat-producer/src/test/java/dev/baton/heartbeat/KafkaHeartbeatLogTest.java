package dev.baton.heartbeat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.Timings;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class KafkaHeartbeatLogTest {
    private static Timings timings(long period, long timeout) {
        return new Timings(Duration.ofMillis(period), Duration.ofMillis(10), Duration.ofMillis(timeout));
    }

    @Test
    void aBrokerMayTakeAThirdOfTheTimeoutToAcknowledgeAHeartbeat() {
        assertEquals(Duration.ofSeconds(1), KafkaHeartbeatLog.delivery(Timings.DEFAULT));
        assertEquals(Duration.ofMillis(100), KafkaHeartbeatLog.delivery(timings(50, 300)));
    }

    @Test
    void aHeartbeatIsGivenUpNoSoonerThanTheNextIsDueAndWhileTheLeaseStillRuns() {
        for (Timings timings : List.of(Timings.DEFAULT, timings(500, 600), timings(10, 124), timings(100, 60_000))) {
            Duration delivery = KafkaHeartbeatLog.delivery(timings);
            assertTrue(delivery.compareTo(timings.tunnelUpdatePeriod()) >= 0, timings::toString);
            assertTrue(delivery.compareTo(timings.lease()) < 0, timings::toString);
        }
    }
}
