package dev.baton.heartbeat.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.Incarnation;
import dev.baton.contract.Timings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LeaseLawsTest {
    private static final Incarnation FIRST = new Incarnation(1);
    private static final long MS = 1_000_000;
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void runsFromTheSendTimeOfTheHeartbeatThatWasAcknowledged() {
        Lease lease = Lease.of(FIRST).announced(100 * MS, SECOND).acknowledged(100 * MS, 180 * MS, SECOND);
        assertEquals(1100 * MS, lease.untilNanos().orElseThrow());
    }

    @Test
    void lapsesForGoodWhenTheAcknowledgementComesAfterItsEnd() {
        Lease lease = Lease.restored(FIRST, 1000 * MS).acknowledged(900 * MS, 1000 * MS, SECOND);
        assertTrue(lease.isLapsed());
        assertTrue(lease.acknowledged(1001 * MS, 1002 * MS, SECOND).isLapsed());
    }

    /** The first heartbeat may have been appended and timed out long before the first acknowledgement arrives. */
    @Test
    void lapsesWhenItWasAnnouncedTooLongAgo() {
        Lease announced = Lease.of(FIRST).announced(0, SECOND).announced(900 * MS, SECOND);
        assertTrue(announced.acknowledged(900 * MS, 1000 * MS, SECOND).isLapsed());
        assertFalse(announced.acknowledged(900 * MS, 999 * MS, SECOND).isLapsed());
    }

    @Test
    void isNotEndedEarlierByAnAcknowledgementOutOfOrder() {
        Lease lease = Lease.restored(FIRST, 1500 * MS).acknowledged(100 * MS, 600 * MS, SECOND);
        assertEquals(1500 * MS, lease.untilNanos().orElseThrow());
    }

    @Test
    void survivesTheOverflowOfTheClock() {
        long nearEnd = Long.MAX_VALUE - 100;
        Lease lease = Lease.of(FIRST).announced(nearEnd, SECOND).acknowledged(nearEnd, nearEnd + 50, SECOND);
        assertFalse(lease.at(nearEnd + 999 * MS).isLapsed());
        assertTrue(lease.at(nearEnd + 1000 * MS).isLapsed());
    }

    /** One heartbeat as the log has it. */
    private record Appended(long atNanos, Duration statedTimeout) {}

    /**
     * The law that fencing rests on: while a lease runs, no coordinator that counts silence from the append time of any
     * heartbeat, with the timeout that this heartbeat stated, may have timed the node out, whatever is lost or late,
     * in whatever order acknowledgements are heard, and whatever the settings change to.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void neverRunsWhenTheCoordinatorMayHaveTimedTheNodeOut(long seed) {
        for (int story = 0; story < 300; story++) {
            tellStory(new Random(seed * 1000 + story), "seed " + seed + " story " + story);
        }
    }

    private record InFlight(long sentNanos, long ackNanos, LeaseTerms under) {}

    private static void tellStory(Random random, String name) {
        List<Timings> settings = List.of(timings(1000), timings(3000), timings(600));
        LeaseTerms terms = LeaseTerms.of(settings.get(random.nextInt(3)));
        Lease lease = Lease.of(FIRST);
        int changesOnceIn = 15 + random.nextInt(400);
        var log = new ArrayList<Appended>();
        var inFlight = new ArrayList<InFlight>();
        long lastAppend = 0;
        for (long now = 0; now < 20_000 * MS; now += 10 * MS) {
            final long at = now;
            if (random.nextInt(changesOnceIn) == 0) {
                terms = terms.wanting(settings.get(random.nextInt(3)));
            }
            if (random.nextInt(20) == 0 && !lease.at(now).isLapsed()) {
                terms = terms.settled(lease, now);
                lease = lease.announced(now, terms.length());
                // One request is in flight at a time, so the log has them in order, if it has them.
                lastAppend = Math.max(lastAppend, now + random.nextInt(400) * MS);
                boolean appended = random.nextInt(4) > 0;
                if (appended) {
                    log.add(new Appended(lastAppend, terms.stated().eipEvictionTimeout()));
                }
                if (appended && random.nextInt(4) > 0) {
                    long heard = (lastAppend + random.nextInt(300) * MS) / (10 * MS) * (10 * MS) + 10 * MS;
                    inFlight.add(new InFlight(now, heard, terms));
                }
            }
            for (InFlight ack : inFlight) {
                if (ack.ackNanos() == at) {
                    lease = lease.acknowledged(ack.sentNanos(), at, terms.lengthFor(ack.under(), ack.sentNanos()));
                }
            }
            lease = lease.at(now);
            if (lease.untilNanos().isPresent()) {
                assertFalse(timedOut(log, at), name + " at " + at / MS + "ms: " + lease);
            }
        }
    }

    /** Whether at some moment up to now the last heartbeat then in the log was older than it stated. */
    private static boolean timedOut(List<Appended> log, long now) {
        var past = log.stream()
                .filter(heartbeat -> heartbeat.atNanos() <= now)
                .sorted((a, b) -> Long.compare(a.atNanos(), b.atNanos()))
                .toList();
        for (int i = 0; i < past.size(); i++) {
            long next = i + 1 < past.size() ? past.get(i + 1).atNanos() : now;
            if (next - past.get(i).atNanos() > past.get(i).statedTimeout().toNanos()) {
                return true;
            }
        }
        return false;
    }

    private static Timings timings(long evictionMillis) {
        return new Timings(Duration.ofMillis(200), Duration.ofMillis(100), Duration.ofMillis(evictionMillis));
    }
}
