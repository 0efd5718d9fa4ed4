package dev.baton.failover.routing;

import static dev.baton.failover.routing.Mesh.endpoint;
import static dev.baton.failover.routing.Mesh.id;
import static dev.baton.failover.routing.Mesh.in;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.mesh.DestinationId;
import dev.baton.contract.mesh.EndpointHealth;
import dev.baton.contract.mesh.Member;
import dev.baton.contract.mesh.MemberId;
import dev.baton.contract.mesh.Mode;
import dev.baton.contract.mesh.Readiness;
import dev.baton.contract.mesh.Route;
import dev.baton.contract.mesh.Route.Endpoint;
import dev.baton.contract.mesh.Route.Share;
import dev.baton.contract.mesh.Route.Use;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class RoutesTest {
    private static final int TRIES = 2_000;

    private static Route route(Mode mode, Mesh mesh) {
        return Routes.of(
                Mesh.destination(new DestinationId("bookinfo"), mode),
                in("r1"),
                mesh.members,
                new TreeMap<>(),
                mesh.health);
    }

    private static Share share(Route route, String member) {
        return route.targets().shares().stream()
                .filter(share -> share.member().equals(id(member)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void endpointsOfALevelGetTheSameWhicheverMembersTheyAreOf() {
        var mesh = new Mesh().cluster("big", "r1", 3).cluster("small", "r1", 1);
        Route route = route(new Mode.Auto(), mesh);
        assertEquals(300, share(route, "big").weight());
        assertEquals(100, share(route, "small").weight());
    }

    @Test
    void aReturningEndpointGetsAPartOfItsShare() {
        var mesh = new Mesh().cluster("a", "r1", 2).is("a", 1, EndpointHealth.ramping(10));
        Share share = share(route(new Mode.Auto(), mesh), "a");
        assertEquals(110, share.weight());
        assertEquals(
                Map.of(endpoint("a", 1), new Endpoint(Use.USABLE, 10), endpoint("a", 2), new Endpoint(Use.USABLE, 100)),
                share.endpoints());
    }

    @Test
    void whatItsOwnerSaysOfAnEndpointCountsWithoutObservation() {
        var mesh = new Mesh()
                .cluster("a", "r1", 3)
                .is("a", 1, Readiness.NOT_READY)
                .is("a", 2, Readiness.DRAINING)
                .is("a", 3, EndpointHealth.EJECTED)
                .cluster("b", "r2", 1);
        assertEquals(
                List.of(Use.UNUSABLE, Use.DRAINING, Use.UNUSABLE),
                share(route(new Mode.Auto(), mesh), "a").endpoints().values().stream()
                        .map(Endpoint::use)
                        .toList());
    }

    @Test
    void ifEverythingWasEjectedNoEjectionCounts() {
        var mesh = new Mesh()
                .backend("active", 1)
                .backend("passive", 1, 1)
                .is("active", 1, EndpointHealth.EJECTED)
                .is("passive", 1, EndpointHealth.EJECTED);
        var mode = Mesh.activePassive("active", "passive");
        assertTrue(route(mode, mesh).targets().shares().stream()
                .flatMap(share -> share.endpoints().values().stream())
                .allMatch(endpoint -> endpoint.use() == Use.USABLE));
    }

    /** Whatever a mesh is made of and whatever was observed. */
    @Test
    void whatHoldsOfEveryRoute() {
        for (int seed = 0; seed < TRIES; seed++) {
            var random = new Random(seed);
            Mesh mesh = anyMesh(random);
            Mode mode = anyMode(random, mesh);
            Route route = route(mode, mesh);
            String what = "seed " + seed + ": " + mode + " gives " + route;
            switch (route.targets()) {
                case Route.ByWeight weighted -> {
                    Mesh healthy = new Mesh();
                    healthy.members.putAll(mesh.members);
                    assertEquals(route(mode, healthy).targets(), weighted, what);
                }
                case Route.ByLevel levelled ->
                    levelled.levels().forEach(level -> {
                        assertTrue(!level.shares().isEmpty(), what);
                        assertTrue(
                                level.shares().stream()
                                        .noneMatch(share -> share.endpoints().isEmpty()),
                                what);
                    });
            }
            var shares = route.targets().shares();
            assertEquals(
                    shares.size(), shares.stream().map(Share::member).distinct().count(), what);
            boolean ready = shares.stream()
                    .flatMap(share -> Optional.ofNullable(mesh.members.get(share.member())).stream())
                    .anyMatch(member -> member.endpoints().containsValue(Readiness.READY));
            boolean usable = shares.stream()
                    .flatMap(share -> share.endpoints().values().stream())
                    .anyMatch(endpoint -> endpoint.use() == Use.USABLE);
            assertEquals(ready, usable, what);
        }
    }

    private static Mesh anyMesh(Random random) {
        var mesh = new Mesh();
        for (int i = random.nextInt(5); i >= 0; i--) {
            String name = "m" + i;
            int endpoints = random.nextInt(4);
            if (random.nextInt(4) == 0) {
                mesh.backend(name, endpoints);
            } else {
                mesh.cluster(name, "r" + random.nextInt(3), endpoints);
            }
            for (int port = 1; port <= endpoints; port++) {
                mesh.is(name, port, Readiness.values()[random.nextInt(3)]);
                switch (random.nextInt(3)) {
                    case 0 -> mesh.is(name, port, EndpointHealth.EJECTED);
                    case 1 -> mesh.is(name, port, EndpointHealth.ramping(1 + random.nextInt(100)));
                    default -> {}
                }
            }
        }
        return mesh;
    }

    private static Mode anyMode(Random random, Mesh mesh) {
        var named = new TreeMap<MemberId, Integer>();
        for (Member member : mesh.members.values()) {
            if (random.nextInt(4) > 0) {
                named.put(member.id(), random.nextInt(4));
            }
        }
        named.put(id("unheard-of"), 1);
        return switch (random.nextInt(4)) {
            case 0 -> new Mode.ActivePassive(named);
            case 1 -> new Mode.Auto();
            case 2 -> new Mode.Named(new TreeSet<>(named.keySet()));
            default -> new Mode.Weighted(named);
        };
    }
}
