package dev.baton.failover.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.mesh.DestinationId;
import dev.baton.contract.mesh.Ejection;
import dev.baton.contract.mesh.EjectionRefusal;
import dev.baton.contract.mesh.EndpointAddress;
import dev.baton.contract.mesh.EndpointHealth;
import dev.baton.contract.mesh.HealthVerdict;
import dev.baton.contract.mesh.Locality;
import dev.baton.contract.mesh.MeshDecision;
import dev.baton.contract.mesh.ReturnRules;
import dev.baton.contract.mesh.ReturnRules.Failback;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class EjectionsTest {
    private static final HealthVerdict FAILING = new HealthVerdict.Failing();
    private static final HealthVerdict PASSING = new HealthVerdict.Passing();
    private static final Locality R1 = new Locality("r1", "");
    private static final Locality R2 = new Locality("r2", "");
    private static final DestinationId TO = new DestinationId("shop");
    private static final Duration HOLD_DOWN = Duration.ofSeconds(30);
    private static final Duration STEP = Duration.ofSeconds(5);
    private static final ReturnRules RULES = new ReturnRules(50, HOLD_DOWN, List.of(10, 25, 50), STEP, Failback.PROBED);

    private final SortedSet<EndpointAddress> ready = new TreeSet<>();
    private final SortedMap<EndpointAddress, HealthVerdict> verdicts = new TreeMap<>();
    private final SortedSet<EndpointAddress> released = new TreeSet<>();
    private Ejections ejections = Ejections.NONE;
    private Duration now = Duration.ZERO;

    private static EndpointAddress endpoint(int n) {
        return new EndpointAddress("e", n);
    }

    private void ready(int endpoints) {
        for (int n = 1; n <= endpoints; n++) {
            ready.add(endpoint(n));
        }
    }

    private List<MeshDecision> is(int endpoint, HealthVerdict verdict) {
        verdicts.put(endpoint(endpoint), verdict);
        return look(Duration.ZERO, RULES);
    }

    private List<MeshDecision> look(Duration later, ReturnRules rules) {
        now = now.plus(later);
        var turned = ejections.at(now, TO, ready, verdicts, released, rules);
        ejections = turned.after();
        return turned.decisions();
    }

    private static HealthVerdict failingFrom(String... regions) {
        return new HealthVerdict.FailingFrom(new TreeSet<>(List.of(regions)));
    }

    @Test
    void whatFailsIsTakenOutUntilItsHoldDownIsOverAndThenReturnsStepByStep() {
        ready(2);
        assertEquals(List.of(new MeshDecision.EndpointEjected(TO, endpoint(1), FAILING)), is(1, FAILING));
        assertEquals(Map.of(endpoint(1), EndpointHealth.EJECTED), ejections.seenFrom(R1, RULES));
        assertEquals(List.of(), is(1, PASSING));
        assertEquals(List.of(), look(HOLD_DOWN.minusMillis(1), RULES));
        assertEquals(List.of(new MeshDecision.EndpointReturns(TO, endpoint(1), 10)), look(Duration.ofMillis(1), RULES));
        assertEquals(Map.of(endpoint(1), EndpointHealth.ramping(10)), ejections.seenFrom(R1, RULES));
        assertEquals(List.of(), look(STEP.minusMillis(1), RULES));
        assertEquals(List.of(new MeshDecision.EndpointReturns(TO, endpoint(1), 25)), look(Duration.ofMillis(1), RULES));
        assertEquals(List.of(new MeshDecision.EndpointReturns(TO, endpoint(1), 50)), look(STEP, RULES));
        assertEquals(List.of(new MeshDecision.EndpointReturns(TO, endpoint(1), 100)), look(STEP, RULES));
        assertEquals(Ejections.NONE, ejections);
    }

    @Test
    void whatFailsOnItsWayBackIsOutForAWholeHoldDown() {
        ready(2);
        is(1, FAILING);
        is(1, PASSING);
        look(HOLD_DOWN, RULES);
        assertEquals(List.of(new MeshDecision.EndpointEjected(TO, endpoint(1), FAILING)), is(1, FAILING));
        is(1, PASSING);
        assertEquals(List.of(), look(HOLD_DOWN.minusMillis(1), RULES));
        assertEquals(List.of(new MeshDecision.EndpointReturns(TO, endpoint(1), 10)), look(Duration.ofMillis(1), RULES));
    }

    @Test
    void theLastOneIsNeverTakenOut() {
        ready(1);
        assertEquals(
                List.of(new MeshDecision.EjectionRefused(TO, endpoint(1), EjectionRefusal.LAST_USABLE)),
                is(1, FAILING));
        assertEquals(List.of(), look(HOLD_DOWN, RULES), "said once");
    }

    @Test
    void noMoreThanTheCapAreTakenOutAndTheNextWhenThereIsRoom() {
        ready(4);
        is(1, FAILING);
        is(2, FAILING);
        assertEquals(
                List.of(new MeshDecision.EjectionRefused(TO, endpoint(3), EjectionRefusal.MAX_EJECTION_PERCENT)),
                is(3, FAILING));
        is(1, PASSING);
        assertEquals(
                List.of(
                        new MeshDecision.EndpointReturns(TO, endpoint(1), 10),
                        new MeshDecision.EndpointEjected(TO, endpoint(3), FAILING)),
                look(HOLD_DOWN, RULES));
    }

    @Test
    void tenPercentOfTwoIsNone() {
        ready(2);
        var rules = new ReturnRules(10, HOLD_DOWN, List.of(), STEP, Failback.PROBED);
        verdicts.put(endpoint(1), FAILING);
        assertEquals(
                List.of(new MeshDecision.EjectionRefused(TO, endpoint(1), EjectionRefusal.MAX_EJECTION_PERCENT)),
                look(Duration.ZERO, rules));
    }

    @Test
    void anOperatorsWordIsWaitedForIfTheRulesSaySo() {
        ready(2);
        var rules = new ReturnRules(50, HOLD_DOWN, List.of(), STEP, Failback.MANUAL);
        is(1, FAILING);
        verdicts.put(endpoint(1), PASSING);
        assertEquals(List.of(), look(HOLD_DOWN.multipliedBy(9), rules));
        released.add(endpoint(1));
        assertEquals(List.of(new MeshDecision.EndpointReturns(TO, endpoint(1), 100)), look(Duration.ZERO, rules));
    }

    @Test
    void whatOneRegionCannotReachStaysForOthers() {
        ready(2);
        is(1, failingFrom("r1"));
        assertEquals(Map.of(endpoint(1), EndpointHealth.EJECTED), ejections.seenFrom(R1, RULES));
        assertEquals(Map.of(), ejections.seenFrom(R2, RULES));
        is(1, failingFrom("r2"));
        assertEquals(Map.of(endpoint(1), EndpointHealth.EJECTED), ejections.seenFrom(R1, RULES), "its hold-down runs");
        assertEquals(Map.of(endpoint(1), EndpointHealth.EJECTED), ejections.seenFrom(R2, RULES));
    }

    @Test
    void anEndpointThatItsOwnerTakesAwayIsForgotten() {
        ready(2);
        is(1, FAILING);
        ready.remove(endpoint(1));
        look(Duration.ZERO, RULES);
        assertEquals(Ejections.NONE, ejections);
    }

    /** Whatever is seen, in whatever order, with whatever rules. */
    @Test
    void capsHoldAndNobodyReturnsTwiceWithinAHoldDown() {
        for (int seed = 0; seed < 500; seed++) {
            var random = new Random(seed);
            ready.clear();
            verdicts.clear();
            ejections = Ejections.NONE;
            ready(1 + random.nextInt(6));
            var rules = new ReturnRules(
                    random.nextInt(101),
                    HOLD_DOWN,
                    random.nextBoolean() ? List.of(10, 50) : List.of(),
                    STEP,
                    Failback.PROBED);
            int begin = rules.ramp().isEmpty() ? 100 : rules.ramp().getFirst();
            var returned = new HashMap<EndpointAddress, Duration>();
            for (int step = 0; step < 200; step++) {
                verdicts.put(
                        endpoint(1 + random.nextInt(ready.size())),
                        switch (random.nextInt(3)) {
                            case 0 -> FAILING;
                            case 1 -> failingFrom("r" + (1 + random.nextInt(2)));
                            default -> PASSING;
                        });
                int outBefore = out();
                String what = "seed " + seed + ", step " + step;
                for (MeshDecision decision : look(Duration.ofSeconds(random.nextInt(12)), rules)) {
                    if (decision instanceof MeshDecision.EndpointReturns returns && returns.percent() == begin) {
                        Duration last = returned.put(returns.endpoint(), now);
                        assertTrue(last == null || now.minus(last).compareTo(HOLD_DOWN) >= 0, what);
                    }
                }
                if (out() > outBefore) {
                    assertTrue(100 * out() / ready.size() <= rules.maxEjectionPercent(), what);
                }
                assertTrue(out() < ready.size(), what);
            }
        }
    }

    private int out() {
        return (int)
                ejections.ejected().values().stream().filter(Ejection::isOut).count();
    }
}
