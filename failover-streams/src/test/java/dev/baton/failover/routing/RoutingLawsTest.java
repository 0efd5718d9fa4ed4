package dev.baton.failover.routing;

import static dev.baton.failover.routing.Mesh.endpoint;
import static dev.baton.failover.routing.Mesh.id;
import static dev.baton.failover.routing.Mesh.in;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.Tick;
import dev.baton.contract.mesh.DestinationId;
import dev.baton.contract.mesh.Ejection;
import dev.baton.contract.mesh.HealthVerdict;
import dev.baton.contract.mesh.MemberId;
import dev.baton.contract.mesh.MeshDecision;
import dev.baton.contract.mesh.MeshDecision.EndpointEjected;
import dev.baton.contract.mesh.MeshDecision.RouteAssigned;
import dev.baton.contract.mesh.MeshDecision.RouteWithdrawn;
import dev.baton.contract.mesh.MeshDeclaration;
import dev.baton.contract.mesh.MeshEntry;
import dev.baton.contract.mesh.MeshEvent;
import dev.baton.contract.mesh.Mode;
import dev.baton.contract.mesh.ReturnRules;
import dev.baton.contract.mesh.ReturnRules.Failback;
import dev.baton.contract.mesh.Route;
import dev.baton.contract.mesh.Ticked;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What holds of every log of a mesh, whatever is in it. */
class RoutingLawsTest {
    private static final int SEEDS = 200;
    private static final int EVENTS = 300;
    private static final int DESTINATIONS = 3;

    private long ticks;

    @Test
    void whateverHappens() {
        for (int seed = 0; seed < SEEDS; seed++) {
            var log = log(new Random(seed));
            var decided = new ArrayList<List<MeshDecision>>();
            MeshState state = MeshState.start(Mesh.NAME);
            for (int i = 0; i < log.size(); i++) {
                MeshState before = state;
                var outcome = Routing.step(before, i, new MeshEntry(Mesh.NAME, Optional.empty(), log.get(i)));
                state = outcome.state();
                decided.add(outcome.decisions());
                String what = "seed " + seed + ", entry " + i + ": " + log.get(i) + " gives " + outcome.decisions();
                assertEpochsGrow(before, outcome.decisions(), what);
                assertCapsHold(state, outcome.decisions(), what);
                assertWithheldGetsNothingWhileOthersCan(state, what);
                assertEquals(
                        state.callers().size() * state.destinations().size(),
                        state.routes().size(),
                        what);
            }
            assertEquals(decided, folded(log), "seed " + seed + ": folded again");
            var snapshot = state.snapshot(log.size());
            assertEquals(snapshot, MeshState.of(snapshot).snapshot(log.size()), "seed " + seed + ": restored");
        }
    }

    private static List<List<MeshDecision>> folded(List<MeshEvent> log) {
        var decided = new ArrayList<List<MeshDecision>>();
        MeshState state = MeshState.start(Mesh.NAME);
        for (MeshEvent event : log) {
            var outcome = Routing.step(state, 7, new MeshEntry(Mesh.NAME, Optional.empty(), event));
            state = outcome.state();
            decided.add(outcome.decisions());
        }
        return decided;
    }

    private static void assertEpochsGrow(MeshState before, List<MeshDecision> decisions, String what) {
        long last = before.lastEpoch().number();
        for (MeshDecision decision : decisions) {
            if (decision instanceof RouteAssigned assigned) {
                assertEquals(++last, assigned.epoch().number(), what);
            } else if (decision instanceof RouteWithdrawn withdrawn) {
                assertEquals(++last, withdrawn.epoch().number(), what);
            }
        }
    }

    private static void assertCapsHold(MeshState after, List<MeshDecision> decisions, String what) {
        for (MeshDecision decision : decisions) {
            if (decision instanceof EndpointEjected ejected) {
                MeshDestination destination =
                        after.destinations().get(ejected.destination()).orElseThrow();
                assertTrue(!(destination.spec().mode() instanceof Mode.Weighted), what);
                long out = destination.ejections().ejected().values().stream()
                        .filter(Ejection::isOut)
                        .count();
                int all = destination.ready().size();
                ReturnRules rules = Policies.rulesOf(Policies.of(destination.spec(), after.policies()));
                assertTrue(out < all && 100 * out / all <= rules.maxEjectionPercent(), what);
            }
        }
    }

    /** Unless nothing else is usable: then whatever was taken out gets traffic. */
    private static void assertWithheldGetsNothingWhileOthersCan(MeshState state, String what) {
        for (var inForce : state.routes()) {
            Route route = inForce.route();
            var withheld =
                    state.destinations().get(route.destination()).orElseThrow().withheld();
            var used = route.targets().shares().stream()
                    .filter(share -> share.endpoints().values().stream()
                            .anyMatch(endpoint -> endpoint.use() == Route.Use.USABLE))
                    .map(Route.Share::member)
                    .toList();
            boolean isOnlyOthers = used.stream().noneMatch(withheld::contains);
            boolean isNothingElse = used.stream().anyMatch(withheld::contains)
                    && route.targets().shares().stream()
                            .flatMap(share -> share.endpoints().values().stream())
                            .noneMatch(endpoint -> endpoint.use() == Route.Use.UNUSABLE);
            assertTrue(isOnlyOthers || isNothingElse, what);
        }
    }

    private List<MeshEvent> log(Random random) {
        ticks = 0;
        var log = new ArrayList<MeshEvent>();
        for (int i = 0; i < EVENTS; i++) {
            log.add(event(random));
        }
        return log;
    }

    private MeshEvent event(Random random) {
        String member = "m" + random.nextInt(5);
        var destination = new DestinationId("d" + random.nextInt(DESTINATIONS));
        return switch (random.nextInt(22)) {
            case 0 -> new MeshDeclaration.DestinationDeclared(Mesh.destination(destination, mode(random)));
            case 1 -> new MeshDeclaration.DestinationRemoved(destination);
            case 2, 3 -> {
                var mesh = new Mesh().cluster(member, "r" + random.nextInt(3), random.nextInt(4));
                yield new MeshDeclaration.MemberDeclared(
                        mesh.members.firstEntry().getValue());
            }
            case 4 -> new MeshDeclaration.MemberRemoved(id(member));
            case 5 -> new MeshDeclaration.CallerDeclared(in("r" + random.nextInt(4)));
            case 6 -> new MeshDeclaration.CallerRemoved(in("r" + random.nextInt(4)));
            case 7 -> new MeshDeclaration.FailBackRequested(destination, Optional.of(endpoint(member, 1)));
            case 8 -> new MeshDeclaration.FailOverRequested(destination);
            case 9 -> new MeshDeclaration.EjectRequested(destination, id(member));
            case 10 -> new MeshDeclaration.FailBackRequested(destination, Optional.empty());
            case 11 -> new MeshDeclaration.HoldRequested(destination, random.nextBoolean());
            case 12 -> new MeshDeclaration.FailoverPolicyDeclared(Mesh.policy(destination, rules(random)));
            case 13 ->
                new MeshDeclaration.FailoverPolicyRemoved(
                        Mesh.policy(destination, ReturnRules.DEFAULT).id());
            case 14, 15, 16 -> new Ticked(new Tick("t", 1, ticks++, Duration.ofSeconds(1)));
            default -> new MeshEvent.EndpointHealthChanged(endpoint(member, 1 + random.nextInt(3)), verdict(random));
        };
    }

    private static HealthVerdict verdict(Random random) {
        return switch (random.nextInt(3)) {
            case 0 -> new HealthVerdict.Passing();
            case 1 -> new HealthVerdict.Failing();
            default -> new HealthVerdict.FailingFrom(new TreeSet<>(List.of("r" + random.nextInt(3))));
        };
    }

    private static ReturnRules rules(Random random) {
        return new ReturnRules(
                random.nextInt(101),
                Duration.ofSeconds(random.nextInt(5)),
                random.nextBoolean() ? List.of(10, 50) : List.of(),
                Duration.ofSeconds(random.nextInt(3)),
                random.nextInt(4) == 0 ? Failback.MANUAL : Failback.PROBED);
    }

    private static Mode mode(Random random) {
        var named = new TreeMap<MemberId, Integer>();
        for (int i = 0; i < 5; i++) {
            if (random.nextBoolean()) {
                named.put(id("m" + i), random.nextInt(3));
            }
        }
        return switch (random.nextInt(4)) {
            case 0 -> new Mode.ActivePassive(named);
            case 1 -> new Mode.Auto();
            case 2 -> new Mode.Named(new TreeSet<>(named.keySet()));
            default -> new Mode.Weighted(named);
        };
    }
}
