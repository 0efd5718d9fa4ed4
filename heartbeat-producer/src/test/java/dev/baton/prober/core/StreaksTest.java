package dev.baton.prober.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.mesh.EndpointAddress;
import dev.baton.contract.mesh.HealthReport.ProbeReported;
import dev.baton.contract.mesh.Locality;
import dev.baton.contract.mesh.ObserverId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class StreaksTest {
    private static final ObserverId PROBER = new ObserverId("prober-a");
    private static final Locality HERE = new Locality("eu", "eu-1");
    private static final EndpointAddress ONE = new EndpointAddress("10.0.0.1", 80);
    private static final EndpointAddress TWO = new EndpointAddress("10.0.0.2", 80);
    private static final long REFRESH = ReportRules.DEFAULT.refresh().toNanos();

    private static Streaks streaks(long firstSequence, EndpointAddress... endpoints) {
        var streaks = new Streaks(PROBER, HERE, ReportRules.DEFAULT, firstSequence, 1);
        streaks.replace(all(Set.of(endpoints)), 0);
        return streaks;
    }

    /** Asked so seldom that what was said at the beginning still holds two refreshes later. */
    private static Map<EndpointAddress, Duration> all(Set<EndpointAddress> endpoints) {
        var intervals = new TreeMap<EndpointAddress, Duration>();
        endpoints.forEach(endpoint -> intervals.put(endpoint, ReportRules.DEFAULT.refresh()));
        return intervals;
    }

    private static ProbeReported report(EndpointAddress endpoint, long sequence, boolean passed, int inARow) {
        return new ProbeReported(PROBER, HERE, endpoint, sequence, passed, inARow);
    }

    private static List<ProbeReported> saidAgain(Streaks streaks, long from, long until) {
        var reports = new ArrayList<ProbeReported>();
        for (long now = from; now < until; now += REFRESH / 100) {
            reports.addAll(streaks.refreshes(now));
        }
        return reports;
    }

    @Test
    void theFirstThreeOfAStreakAreReported() {
        Streaks streaks = streaks(0, ONE);
        var reports = new ArrayList<ProbeReported>();
        for (boolean passed : new boolean[] {true, true, true, true, true, false, false, true}) {
            streaks.ended(ONE, passed, 0).report().ifPresent(reports::add);
        }
        assertEquals(
                List.of(
                        report(ONE, 0, true, 1),
                        report(ONE, 1, true, 2),
                        report(ONE, 2, true, 3),
                        report(ONE, 3, false, 1),
                        report(ONE, 4, false, 2),
                        report(ONE, 5, true, 1)),
                reports);
    }

    @Test
    void aChangeTellsHowLongItWasOtherwise() {
        Streaks streaks = streaks(0, ONE);
        assertEquals(Optional.of(0), streaks.ended(ONE, true, 0).before());
        assertEquals(Optional.empty(), streaks.ended(ONE, true, 0).before());
        assertEquals(Optional.of(2), streaks.ended(ONE, false, 0).before());
    }

    @Test
    void howThingsStandIsSaidAgainAtEachRefresh() {
        Streaks streaks = streaks(100, ONE, TWO);
        for (int i = 0; i < 7; i++) {
            streaks.ended(ONE, true, 0);
        }
        assertEquals(List.of(report(ONE, 103, true, 7)), saidAgain(streaks, 0, REFRESH));
        streaks.ended(TWO, false, REFRESH);
        assertEquals(
                Set.of(report(ONE, 104, true, 7), report(TWO, 101, false, 1)),
                Set.copyOf(saidAgain(streaks, REFRESH, 2 * REFRESH)));
    }

    @Test
    void nothingIsSaidOfOneWhoseProbesNoLongerEnd() {
        Streaks streaks = streaks(0, ONE);
        streaks.ended(ONE, true, 0);
        assertEquals(3, saidAgain(streaks, 0, 3 * REFRESH).size());
        assertEquals(List.of(), saidAgain(streaks, 3 * REFRESH, 20 * REFRESH));
        streaks.ended(ONE, true, 20 * REFRESH);
        assertEquals(List.of(report(ONE, 5, true, 2)), saidAgain(streaks, 20 * REFRESH, 21 * REFRESH));
    }

    @Test
    void oneThatComesBackGoesOnAboveAllItHasSaid() {
        Streaks streaks = streaks(5, ONE, TWO);
        for (int i = 0; i < 4; i++) {
            streaks.ended(ONE, i % 2 == 0, 0);
        }
        streaks.replace(all(Set.of(TWO)), 0);
        assertThrows(IllegalStateException.class, () -> streaks.ended(ONE, true, 0));
        streaks.replace(all(Set.of(ONE, TWO)), 0);
        assertEquals(
                Optional.of(report(ONE, 9, true, 1)),
                streaks.ended(ONE, true, 0).report());
        assertEquals(
                Optional.of(report(TWO, 5, true, 1)),
                streaks.ended(TWO, true, 0).report());
    }

    @Test
    void whateverHappensSequencesRiseChangesAreToldAndNobodyFallsSilent() {
        for (long seed = 0; seed < 30; seed++) {
            var random = new Random(seed);
            var streaks = new Streaks(PROBER, HERE, ReportRules.DEFAULT, seed, seed);
            var last = new TreeMap<EndpointAddress, ProbeReported>();
            var toldAt = new TreeMap<EndpointAddress, Long>();
            var present = new TreeSet<EndpointAddress>();
            long step = Duration.ofMillis(50).toNanos();
            for (long now = 0; now < 60 * REFRESH / 10; now += step) {
                if (random.nextInt(20) == 0) {
                    present.clear();
                    for (int i = 0; i < 20; i++) {
                        if (random.nextInt(4) > 0) {
                            present.add(new EndpointAddress("10.0.0.1", 1 + i));
                        }
                    }
                    streaks.replace(all(present), now);
                    toldAt.keySet().retainAll(present);
                }
                var reports = new ArrayList<>(streaks.refreshes(now));
                for (EndpointAddress endpoint : present) {
                    boolean passed = random.nextInt(8) > 0;
                    Streaks.Ended ended = streaks.ended(endpoint, passed, now);
                    ended.report().ifPresent(reports::add);
                    assertTrue(ended.before().isEmpty() || ended.report().isPresent(), "a change is told");
                }
                for (ProbeReported report : reports) {
                    ProbeReported before = last.put(report.endpoint(), report);
                    assertTrue(before == null || before.sequence() < report.sequence());
                    toldAt.put(report.endpoint(), now);
                }
                long reading = now;
                toldAt.forEach((endpoint, at) -> assertTrue(reading - at <= REFRESH + step, endpoint + " is silent"));
            }
        }
    }

    @Test
    void refreshesOfManyAreSpread() {
        var endpoints = new TreeSet<EndpointAddress>();
        for (int i = 0; i < 3_000; i++) {
            endpoints.add(new EndpointAddress("10.0.0.1", 1 + i));
        }
        var streaks = new Streaks(PROBER, HERE, ReportRules.DEFAULT, 0, 1);
        streaks.replace(all(endpoints), 0);
        endpoints.forEach(endpoint -> streaks.ended(endpoint, true, 0));
        for (int part = 1; part <= 10; part++) {
            int reports = streaks.refreshes(part * REFRESH / 10).size();
            assertTrue(reports > 230 && reports < 370, reports + " of 300 in a tenth");
        }
    }

    @Test
    void aWrongRuleIsNamed() {
        assertThrows(IllegalArgumentException.class, () -> new ReportRules(0, Duration.ofSeconds(1)));
        assertThrows(IllegalArgumentException.class, () -> new ReportRules(3, Duration.ZERO));
    }
}
