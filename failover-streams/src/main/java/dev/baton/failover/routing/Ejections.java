package dev.baton.failover.routing;

import dev.baton.contract.mesh.DestinationId;
import dev.baton.contract.mesh.Ejection;
import dev.baton.contract.mesh.Ejection.Step;
import dev.baton.contract.mesh.EjectionRefusal;
import dev.baton.contract.mesh.EndpointAddress;
import dev.baton.contract.mesh.EndpointHealth;
import dev.baton.contract.mesh.HealthVerdict;
import dev.baton.contract.mesh.Locality;
import dev.baton.contract.mesh.MeshDecision;
import dev.baton.contract.mesh.ReturnRules;
import dev.baton.contract.mesh.ReturnRules.Failback;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * A destination's endpoints that were taken out, and those that should have been. One is taken out when its observers
 * agree that it fails, if another one stays; it returns when they agree that it passes, not before its hold-down is
 * over, and step by step.
 *
 * <p>One that is out for some regions only counts as out: so whatever a caller sees is within the cap.
 */
public record Ejections(
        SortedMap<EndpointAddress, Ejection> ejected, SortedMap<EndpointAddress, EjectionRefusal> refused) {
    public static final Ejections NONE = new Ejections(new TreeMap<>(), new TreeMap<>());

    private static final int WHOLE = 100;
    private static final HealthVerdict PASSING = new HealthVerdict.Passing();

    public Ejections {
        ejected = Collections.unmodifiableSortedMap(new TreeMap<>(ejected));
        refused = Collections.unmodifiableSortedMap(new TreeMap<>(refused));
    }

    /** @param decisions in order */
    public record Turned(Ejections after, List<MeshDecision> decisions) {
        public Turned {
            decisions = List.copyOf(decisions);
        }
    }

    /**
     * Looks at all endpoints.
     *
     * @param ready those of the destination that their owners call ready; others are forgotten
     * @param verdicts of endpoints; one that is not there passes
     * @param released by an operator since they were ejected
     */
    public Turned at(
            Duration now,
            DestinationId destination,
            SortedSet<EndpointAddress> ready,
            SortedMap<EndpointAddress, HealthVerdict> verdicts,
            SortedSet<EndpointAddress> released,
            ReturnRules rules) {
        var turn = new Turn(now, destination, ready, rules);
        ejected.forEach((endpoint, ejection) -> {
            if (ready.contains(endpoint)) {
                HealthVerdict verdict = verdicts.getOrDefault(endpoint, PASSING);
                boolean mayReturn = rules.failback() == Failback.PROBED || released.contains(endpoint);
                turn.look(endpoint, ejection, verdict, mayReturn);
            }
        });
        for (EndpointAddress endpoint : ready) {
            HealthVerdict verdict = verdicts.getOrDefault(endpoint, PASSING);
            if (!(verdict instanceof HealthVerdict.Passing) && turn.gets(endpoint)) {
                turn.eject(endpoint, verdict, Optional.ofNullable(refused.get(endpoint)));
            }
        }
        return new Turned(new Ejections(turn.ejected, turn.refused), turn.decisions);
    }

    /** As it is, of the endpoints that are still there. */
    Ejections among(SortedSet<EndpointAddress> ready) {
        var stay = new TreeMap<>(ejected);
        stay.keySet().retainAll(ready);
        var told = new TreeMap<>(refused);
        told.keySet().retainAll(ready);
        return new Ejections(stay, told);
    }

    /** Whether it gets nothing, wherever from. */
    boolean isOut(EndpointAddress endpoint) {
        Ejection ejection = ejected.get(endpoint);
        return ejection != null && ejection.isOut();
    }

    /** What a caller at this place is told of the endpoints; one that is not there is healthy. */
    public SortedMap<EndpointAddress, EndpointHealth> seenFrom(Locality caller, ReturnRules rules) {
        var seen = new TreeMap<EndpointAddress, EndpointHealth>();
        ejected.forEach((endpoint, ejection) -> {
            EndpointHealth health = ejection.seenFrom(caller, rules);
            if (!health.equals(EndpointHealth.HEALTHY)) {
                seen.put(endpoint, health);
            }
        });
        return seen;
    }

    /** One look at all endpoints. */
    private static final class Turn {
        private final Duration now;
        private final DestinationId destination;
        private final SortedSet<EndpointAddress> ready;
        private final ReturnRules rules;
        private final SortedMap<EndpointAddress, Ejection> ejected = new TreeMap<>();
        private final SortedMap<EndpointAddress, EjectionRefusal> refused = new TreeMap<>();
        private final List<MeshDecision> decisions = new ArrayList<>();

        Turn(Duration now, DestinationId destination, SortedSet<EndpointAddress> ready, ReturnRules rules) {
            this.now = now;
            this.destination = destination;
            this.ready = ready;
            this.rules = rules;
        }

        boolean gets(EndpointAddress endpoint) {
            Ejection ejection = ejected.get(endpoint);
            return ejection == null || !ejection.isOut();
        }

        void look(EndpointAddress endpoint, Ejection before, HealthVerdict verdict, boolean mayReturn) {
            boolean passes = verdict instanceof HealthVerdict.Passing;
            ejected.put(endpoint, before.isOut() ? before.widened(verdict) : before);
            Duration waited = now.minus(before.since());
            switch (before.step()) {
                case Step.Out() -> {
                    if (passes && mayReturn && waited.compareTo(rules.holdDown()) >= 0) {
                        ramp(endpoint, before, 0);
                    }
                }
                case Step.Ramping(int index) -> {
                    if (passes && waited.compareTo(rules.rampStep()) >= 0) {
                        ramp(endpoint, before, index + 1);
                    }
                }
            }
        }

        private void ramp(EndpointAddress endpoint, Ejection before, int index) {
            boolean isBack = index >= rules.ramp().size();
            if (isBack) {
                ejected.remove(endpoint);
            } else {
                ejected.put(endpoint, new Ejection(before.against(), new Step.Ramping(index), now));
            }
            decisions.add(new MeshDecision.EndpointReturns(
                    destination, endpoint, isBack ? WHOLE : rules.ramp().get(index)));
        }

        void eject(EndpointAddress endpoint, HealthVerdict verdict, Optional<EjectionRefusal> known) {
            Optional<EjectionRefusal> refusal = refusal();
            if (refusal.isPresent()) {
                refused.put(endpoint, refusal.get());
                if (!refusal.equals(known)) {
                    decisions.add(new MeshDecision.EjectionRefused(destination, endpoint, refusal.get()));
                }
            } else {
                ejected.put(endpoint, new Ejection(verdict, new Step.Out(), now));
                decisions.add(new MeshDecision.EndpointEjected(destination, endpoint, verdict));
            }
        }

        /** As Envoy reckons it, but that one is never the last. */
        private Optional<EjectionRefusal> refusal() {
            long out = 1 + ejected.values().stream().filter(Ejection::isOut).count();
            if (out >= ready.size()) {
                return Optional.of(EjectionRefusal.LAST_USABLE);
            }
            return WHOLE * out / ready.size() > rules.maxEjectionPercent()
                    ? Optional.of(EjectionRefusal.MAX_EJECTION_PERCENT)
                    : Optional.empty();
        }
    }
}
