package dev.baton.failover.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.mesh.EndpointAddress;
import dev.baton.contract.mesh.HealthReport;
import dev.baton.contract.mesh.HealthRules;
import dev.baton.contract.mesh.HealthVerdict;
import dev.baton.contract.mesh.Locality;
import dev.baton.contract.mesh.ObserverId;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class EvidenceTest {
    private static final EndpointAddress ENDPOINT = new EndpointAddress("10.0.0.1", 80);
    private static final HealthRules RULES = new HealthRules(3, 2, 5, 2, Duration.ofSeconds(10));
    private static final HealthVerdict PASSING = new HealthVerdict.Passing();
    private static final HealthVerdict FAILING = new HealthVerdict.Failing();

    private Evidence evidence = Evidence.NONE;
    private Duration now = Duration.ZERO;
    private long sequence;

    private void probed(String prober, String region, boolean passed, int inARow) {
        say(new HealthReport.ProbeReported(
                new ObserverId(prober), new Locality(region, ""), ENDPOINT, ++sequence, passed, inARow));
    }

    private void sent(String proxy, int failedInARow) {
        say(new HealthReport.TrafficReported(
                new ObserverId(proxy), new Locality("r1", ""), ENDPOINT, ++sequence, failedInARow));
    }

    private void say(HealthReport report) {
        evidence = evidence.with(report, now, RULES);
    }

    private void pass(Duration time) {
        now = now.plus(time);
        evidence = evidence.at(now, RULES);
    }

    private static HealthVerdict failingFrom(String... regions) {
        return new HealthVerdict.FailingFrom(new TreeSet<>(List.of(regions)));
    }

    @Test
    void asManyAsTheQuorumMustAgree() {
        probed("a", "r1", false, 3);
        probed("b", "r1", true, 9);
        probed("c", "r1", true, 9);
        assertEquals(PASSING, evidence.verdict());
        probed("b", "r1", false, 2);
        assertEquals(PASSING, evidence.verdict(), "not often enough");
        probed("b", "r1", false, 3);
        assertEquals(FAILING, evidence.verdict());
    }

    @Test
    void ifFewerReportAllOfThemMustAgree() {
        probed("a", "r1", false, 3);
        assertEquals(FAILING, evidence.verdict());
    }

    @Test
    void itPassesAgainWhenSoManyHaveSeenItPassOftenEnoughThatNoQuorumIsLeft() {
        probed("a", "r1", false, 3);
        probed("b", "r1", false, 3);
        probed("c", "r1", false, 3);
        probed("a", "r1", true, 5);
        probed("b", "r1", true, 1);
        assertEquals(FAILING, evidence.verdict());
        probed("b", "r1", true, 2);
        assertEquals(PASSING, evidence.verdict());
    }

    @Test
    void whatOnlyOneRegionCannotReachFailsThereOnly() {
        probed("a", "r1", false, 3);
        probed("b", "r1", false, 3);
        probed("c", "r2", true, 4);
        assertEquals(failingFrom("r1"), evidence.verdict());
        assertTrue(evidence.verdict().failsFrom(new Locality("r1", "z")));
        assertFalse(evidence.verdict().failsFrom(new Locality("r2", "z")));
        probed("c", "r2", false, 3);
        assertEquals(FAILING, evidence.verdict());
        probed("c", "r2", true, 1);
        assertEquals(FAILING, evidence.verdict(), "it has not passed often enough");
        probed("c", "r2", true, 2);
        assertEquals(failingFrom("r1"), evidence.verdict());
    }

    @Test
    void nothingIsConcludedWhenAllProbersAreSilent() {
        probed("a", "r1", false, 3);
        probed("b", "r1", false, 3);
        pass(Duration.ofSeconds(60));
        assertEquals(FAILING, evidence.verdict());
        assertTrue(evidence.isUnobserved(now, RULES));
    }

    @Test
    void aSilentProberSaysNothing() {
        probed("a", "r1", false, 3);
        probed("b", "r1", true, 9);
        pass(Duration.ofSeconds(9));
        probed("b", "r1", true, 18);
        assertEquals(PASSING, evidence.verdict());
        probed("c", "r1", false, 3);
        assertEquals(FAILING, evidence.verdict(), "the first one is still heard");
        pass(Duration.ofSeconds(1));
        assertEquals(PASSING, evidence.verdict(), "too few are left who agree");
        evidence = evidence.without(new ObserverId("b"), now, RULES);
        assertEquals(FAILING, evidence.verdict(), "nobody says otherwise");
    }

    @Test
    void aProxysErrorsCountWhereSomebodyProbes() {
        sent("p1", 50);
        sent("p2", 50);
        assertEquals(PASSING, evidence.verdict(), "nobody could say when it works again");
        probed("a", "r1", true, 9);
        assertEquals(FAILING, evidence.verdict());
        pass(Duration.ofSeconds(9));
        probed("a", "r1", true, 18);
        assertEquals(FAILING, evidence.verdict(), "its proxies are still heard");
        pass(Duration.ofSeconds(1));
        assertEquals(PASSING, evidence.verdict(), "no proxy sends to it any more, and it passes");
    }

    @Test
    void anOldReportChangesNothing() {
        var late =
                new HealthReport.ProbeReported(new ObserverId("a"), Locality.UNKNOWN, ENDPOINT, ++sequence, false, 3);
        probed("a", "", true, 9);
        Evidence before = evidence;
        say(late);
        assertSame(before, evidence);
    }

    @Test
    void anObserverThatEndedWithoutAWordIsForgottenInTheEnd() {
        probed("crashed", "r1", true, 3);
        pass(Duration.ofSeconds(99));
        probed("b", "r1", true, 3);
        assertEquals(2, evidence.heard().size());
        pass(Duration.ofSeconds(1));
        probed("b", "r1", true, 4);
        assertEquals(1, evidence.heard().size());
    }
}
