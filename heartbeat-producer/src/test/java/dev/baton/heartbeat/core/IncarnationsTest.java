package dev.baton.heartbeat.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.baton.contract.Incarnation;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class IncarnationsTest {
    @Test
    void numbersASessionAfterALossAboveWhatTheLogShowsAndWhatTimeAllows() {
        var now = Instant.ofEpochMilli(1_000);
        assertEquals(new Incarnation(1_000), Incarnations.afterLoss(new Incarnation(998), now));
        assertEquals(new Incarnation(1_001), Incarnations.afterLoss(new Incarnation(1_000), now));
    }
}
