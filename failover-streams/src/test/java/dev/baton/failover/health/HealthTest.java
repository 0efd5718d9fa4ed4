package dev.baton.failover.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.FleetId;
import dev.baton.contract.Tick;
import dev.baton.contract.mesh.EndpointAddress;
import dev.baton.contract.mesh.HealthEvent;
import dev.baton.contract.mesh.HealthReport;
import dev.baton.contract.mesh.HealthRules;
import dev.baton.contract.mesh.HealthRulesDeclared;
import dev.baton.contract.mesh.HealthVerdict;
import dev.baton.contract.mesh.Locality;
import dev.baton.contract.mesh.MeshEvent;
import dev.baton.contract.mesh.MeshEvent.EndpointHealthChanged;
import dev.baton.contract.mesh.ObserverId;
import dev.baton.contract.mesh.Ticked;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class HealthTest {
    private static final HealthVerdict FAILING = new HealthVerdict.Failing();
    private static final HealthVerdict PASSING = new HealthVerdict.Passing();
    private static final Duration SECOND = Duration.ofSeconds(1);

    private HealthState state = HealthState.start(new FleetId("m"));
    private long sequence;
    private long ticks;

    private List<MeshEvent> step(HealthEvent event) {
        var outcome = Health.step(state, event);
        state = outcome.state();
        return outcome.changes();
    }

    private List<MeshEvent> probed(String prober, int endpoint, boolean passed, int inARow) {
        return step(new HealthReport.ProbeReported(
                new ObserverId(prober), Locality.UNKNOWN, endpoint(endpoint), ++sequence, passed, inARow));
    }

    private List<MeshEvent> tick() {
        return step(new Ticked(new Tick("t", 1, ticks++, SECOND)));
    }

    private static EndpointAddress endpoint(int n) {
        return new EndpointAddress("10.0.0." + n, 80);
    }

    private static EndpointHealthChanged changed(int endpoint, HealthVerdict verdict) {
        return new EndpointHealthChanged(endpoint(endpoint), verdict);
    }

    @Test
    void onlyChangesComeOut() {
        assertEquals(List.of(), probed("a", 1, true, 5));
        assertEquals(List.of(changed(1, FAILING)), probed("a", 1, false, 3));
        assertEquals(List.of(), probed("a", 1, false, 4));
        assertEquals(List.of(), probed("a", 1, true, 1));
        assertEquals(List.of(changed(1, PASSING)), probed("a", 1, true, 2));
    }

    @Test
    void otherRulesJudgeWhatWasReportedBefore() {
        probed("a", 1, false, 2);
        probed("a", 2, false, 1);
        var strict = new HealthRules(2, 1, 0, 1, Duration.ofSeconds(10));
        assertEquals(List.of(changed(1, FAILING)), step(new HealthRulesDeclared(strict)));
    }

    @Test
    void anObserverThatIsGoneIsForgotten() {
        probed("a", 1, false, 3);
        probed("b", 1, true, 9);
        probed("a", 2, true, 9);
        assertEquals(List.of(changed(1, FAILING)), step(new HealthEvent.ObserverGone(new ObserverId("b"))));
        assertEquals(List.of(), step(new HealthEvent.ObserverGone(new ObserverId("a"))), "nobody has said otherwise");
        assertEquals(1, state.endpoints().size(), "what passes and nobody speaks of is forgotten");
    }

    @Test
    void onlyTicksAreTime() {
        probed("a", 1, false, 3);
        probed("b", 1, true, 9);
        assertEquals(List.of(), tick(), "the first proves no time");
        for (int i = 0; i < 9; i++) {
            tick();
            probed("a", 1, false, 4 + i);
        }
        assertEquals(List.of(changed(1, FAILING)), tick(), "the other one has been silent for ten seconds");
        Duration before = state.now();
        assertEquals(List.of(), step(new Ticked(new Tick("other", 0, 99, SECOND))));
        assertEquals(before, state.now());
        assertTrue(state.endpoints().contains(endpoint(1)));
    }
}
