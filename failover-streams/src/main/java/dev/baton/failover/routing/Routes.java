package dev.baton.failover.routing;

import dev.baton.contract.mesh.Caller;
import dev.baton.contract.mesh.Destination;
import dev.baton.contract.mesh.EndpointAddress;
import dev.baton.contract.mesh.EndpointHealth;
import dev.baton.contract.mesh.Member;
import dev.baton.contract.mesh.MemberId;
import dev.baton.contract.mesh.Mode;
import dev.baton.contract.mesh.Readiness;
import dev.baton.contract.mesh.Route;
import dev.baton.contract.mesh.Route.Endpoint;
import dev.baton.contract.mesh.Route.Share;
import dev.baton.contract.mesh.Route.Use;
import dev.baton.failover.routing.Levels.Ranked;
import dev.baton.failover.routing.Levels.Ranking;
import java.util.SortedMap;
import java.util.TreeMap;

/** The route of a destination for a caller, from what its members are declared to be and what was observed of them. */
public final class Routes {
    private Routes() {}

    /** @param health as far as it matters to this caller; an endpoint that is not there is healthy */
    public static Route of(
            Destination destination,
            Caller caller,
            SortedMap<MemberId, Member> members,
            SortedMap<EndpointAddress, EndpointHealth> health) {
        Ranking ranking = Levels.of(destination, caller, members);
        boolean byWeight = destination.mode() instanceof Mode.Weighted;
        boolean counts = !byWeight && isAnyUsable(ranking, health);
        SortedMap<EndpointAddress, EndpointHealth> counted = counts ? health : new TreeMap<>();
        var byLevel = new Route.ByLevel(ranking.levels().stream()
                .map(level -> new Route.Level(
                        level.stream().map(ranked -> share(ranked, counted)).toList()))
                .toList());
        Route.Targets targets = byWeight ? new Route.ByWeight(byLevel.shares()) : byLevel;
        return new Route(destination.id(), caller, destination.probe(), targets);
    }

    /** If every endpoint that is ready was ejected, no ejection counts: a destination is never emptied by us. */
    private static boolean isAnyUsable(Ranking ranking, SortedMap<EndpointAddress, EndpointHealth> health) {
        return ranking.levels().stream()
                .flatMap(level -> level.stream())
                .flatMap(ranked -> ranked.member().endpoints().entrySet().stream())
                .anyMatch(endpoint -> endpoint.getValue() == Readiness.READY
                        && !health.getOrDefault(endpoint.getKey(), EndpointHealth.HEALTHY)
                                .ejected());
    }

    private static Share share(Ranked ranked, SortedMap<EndpointAddress, EndpointHealth> health) {
        var endpoints = new TreeMap<EndpointAddress, Endpoint>();
        ranked.member().endpoints().forEach((address, readiness) -> {
            EndpointHealth observed = health.getOrDefault(address, EndpointHealth.HEALTHY);
            endpoints.put(address, new Endpoint(use(readiness, observed), observed.rampPercent()));
        });
        int weight = ranked.weight().orElseGet(() -> Math.max(1, usableWeight(endpoints)));
        return new Share(ranked.member().id(), ranked.member().locality(), weight, endpoints);
    }

    private static Use use(Readiness readiness, EndpointHealth health) {
        return switch (readiness) {
            case READY -> health.ejected() ? Use.UNUSABLE : Use.USABLE;
            case NOT_READY -> Use.UNUSABLE;
            case DRAINING -> Use.DRAINING;
        };
    }

    /** So all usable endpoints of a level get the same, whichever members they are of, and returning ones less. */
    private static int usableWeight(SortedMap<EndpointAddress, Endpoint> endpoints) {
        return endpoints.values().stream()
                .filter(endpoint -> endpoint.use() == Use.USABLE)
                .mapToInt(Endpoint::weight)
                .sum();
    }
}
