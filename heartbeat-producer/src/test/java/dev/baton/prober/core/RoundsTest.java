package dev.baton.prober.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.mesh.EndpointAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RoundsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final long STEP = 1_000_000;

    private static EndpointAddress endpoint(int number) {
        return new EndpointAddress("10.0." + number / 250 + "." + number % 250, 8080);
    }

    private static Map<EndpointAddress, Duration> all(int count, Duration interval) {
        var intervals = new TreeMap<EndpointAddress, Duration>();
        for (int i = 0; i < count; i++) {
            intervals.put(endpoint(i), interval);
        }
        return intervals;
    }

    /** When each had its turns, asked every millisecond. */
    private static Map<EndpointAddress, List<Long>> turns(Rounds rounds, long from, long until) {
        var turns = new TreeMap<EndpointAddress, List<Long>>();
        for (long now = from; now - until < 0; now += STEP) {
            for (EndpointAddress due : rounds.due(now)) {
                turns.computeIfAbsent(due, _ -> new ArrayList<>()).add(now);
            }
        }
        return turns;
    }

    @Test
    void eachHasItsTurnOncePerIntervalAtItsPhase() {
        for (long seed = 0; seed < 20; seed++) {
            var random = new Random(seed);
            long start = random.nextLong();
            var intervals = new TreeMap<EndpointAddress, Duration>();
            for (int i = 0; i < 50; i++) {
                intervals.put(endpoint(i), Duration.ofMillis(20 + random.nextInt(2_000)));
            }
            var rounds = new Rounds(seed);
            rounds.replace(intervals, start);
            var turns = turns(rounds, start, start + Duration.ofSeconds(6).toNanos());
            intervals.forEach((endpoint, interval) -> {
                List<Long> at = turns.getOrDefault(endpoint, List.of());
                assertTrue(
                        at.getFirst() - start <= interval.toNanos() + STEP, "the first turn is in the first interval");
                for (int i = 1; i < at.size(); i++) {
                    long between = at.get(i) - at.get(i - 1);
                    assertTrue(Math.abs(between - interval.toNanos()) <= STEP, () -> endpoint + " after " + between);
                }
            });
            assertEquals(0, rounds.missed());
        }
    }

    @Test
    void tenThousandThatBeginAtOnceAreSpreadOverTheInterval() {
        for (long seed = 0; seed < 5; seed++) {
            var rounds = new Rounds(seed);
            rounds.replace(all(10_000, SECOND), 0);
            for (int tenth = 0; tenth < 20; tenth++) {
                long from = tenth * SECOND.toNanos() / 10;
                int due = rounds.due(from + SECOND.toNanos() / 10 - 1).size();
                assertTrue(due > 880 && due < 1_120, due + " of 1,000 in a tenth");
            }
        }
    }

    @Test
    void twoProbersDoNotAskInStep() {
        var one = new Rounds(1);
        var other = new Rounds(2);
        one.replace(all(100, SECOND), 0);
        other.replace(all(100, SECOND), 0);
        assertTrue(!one.due(SECOND.toNanos() / 5).equals(other.due(SECOND.toNanos() / 5)));
    }

    @Test
    void othersKeepTheirPhaseWhenSomeComeChangeAndGo() {
        var random = new Random(3);
        var rounds = new Rounds(9);
        var intervals = all(200, SECOND);
        rounds.replace(intervals, 0);
        Map<EndpointAddress, List<Long>> before = turns(rounds, 0, SECOND.toNanos());
        long now = SECOND.toNanos();
        for (int round = 0; round < 20; round++) {
            intervals.put(endpoint(1_000 + round), SECOND);
            intervals.put(endpoint(random.nextInt(10)), Duration.ofMillis(100 + round));
            intervals.remove(endpoint(10 + random.nextInt(10)));
            rounds.replace(intervals, now + 300 * STEP);
            Map<EndpointAddress, List<Long>> turns = turns(rounds, now, now + SECOND.toNanos());
            for (int kept = 20; kept < 200; kept++) {
                long phase = before.getOrDefault(endpoint(kept), List.of()).getFirst();
                assertEquals(List.of(now + phase), turns.get(endpoint(kept)));
            }
            assertTrue(turns.keySet().stream().allMatch(intervals::containsKey));
            now += SECOND.toNanos();
        }
    }

    @Test
    void afterAPauseTheyComeWhereTheyWouldHaveBeen() {
        var rounds = new Rounds(4);
        rounds.replace(all(1_000, SECOND), 0);
        Map<EndpointAddress, List<Long>> before = turns(rounds, 0, SECOND.toNanos() + STEP);
        long woken = Duration.ofSeconds(30).toNanos();
        int atOnce = rounds.due(woken).size();
        assertTrue(atOnce < 320, atOnce + " of 1,000 at once");
        assertEquals(29_000 - atOnce, rounds.missed());
        Map<EndpointAddress, List<Long>> after = turns(rounds, woken, woken + SECOND.toNanos() + STEP);
        before.forEach((endpoint, at) -> assertEquals(List.of(woken + at.getFirst()), after.get(endpoint)));
    }

    @Test
    void saysHowLongUntilTheNextIsDue() {
        var rounds = new Rounds(5);
        assertTrue(rounds.untilNextNanos(0).isEmpty());
        rounds.replace(all(1, SECOND), 0);
        long until = rounds.untilNextNanos(0).orElseThrow();
        assertEquals(List.of(), rounds.due(until - 1));
        assertEquals(List.of(endpoint(0)), rounds.due(until));
        assertEquals(SECOND.toNanos(), rounds.untilNextNanos(until).orElseThrow());
    }
}
