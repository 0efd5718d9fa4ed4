package dev.baton.heartbeat.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ScheduleAndSequencesTest {
    private static final Duration PERIOD = Duration.ofNanos(100);

    @Test
    void keepsInStepWhileSentALittleLate() {
        var schedule = new HeartbeatSchedule(1000).sent(1007, PERIOD).sent(1109, PERIOD);
        assertEquals(1200, schedule.dueNanos());
        assertFalse(schedule.isDue(1199));
        assertTrue(schedule.isDue(1200));
    }

    @Test
    void catchesNothingUpAfterAPause() {
        var schedule = new HeartbeatSchedule(1000).sent(5730, PERIOD);
        assertEquals(5830, schedule.dueNanos());
    }

    @Test
    void beginsANewPeriodWhenSentEarly() {
        assertEquals(1050, new HeartbeatSchedule(1000).sent(950, PERIOD).dueNanos());
    }

    @Test
    void neverUsesASequenceTwiceWhateverRestartsComeBetween() {
        var random = new Random(7);
        var used = new HashSet<Long>();
        long writtenDown = 0;
        var sequences = Sequences.after(0);
        for (int i = 0; i < 20_000; i++) {
            if (random.nextInt(300) == 0) {
                sequences = Sequences.after(writtenDown);
            }
            if (sequences.isUsedUp()) {
                sequences = sequences.reserved();
                writtenDown = sequences.limit();
            }
            assertTrue(used.add(sequences.next()), "reused " + sequences.next());
            sequences = sequences.taken();
        }
    }

    @Test
    void refusesANumberThatIsNotReserved() {
        assertThrows(IllegalStateException.class, () -> Sequences.after(500).taken());
    }

    /** An agent starts with times of its own and then reads the fleet's: simulator seed 5 lost a lease in between. */
    @Test
    void aShorterPeriodOfTheFleetHoldsForTheNextHeartbeatAlready() {
        var sent = new HeartbeatSchedule(0).sent(0, Duration.ofMillis(500));
        var told = sent.within(Duration.ofMillis(20).toNanos(), Duration.ofMillis(50));
        assertFalse(told.isDue(Duration.ofMillis(69).toNanos()));
        assertTrue(told.isDue(Duration.ofMillis(70).toNanos()));
        assertEquals(told, told.within(Duration.ofMillis(60).toNanos(), Duration.ofMillis(50)), "not put off again");
        assertEquals(sent, sent.within(0, Duration.ofSeconds(1)), "a longer period changes nothing");
    }
}
