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
import java.util.IntSummaryStatistics;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The route of a destination for a caller, from what its members are declared to be and what was observed of them. */
public final class Routes {
    /** Of a level's members together Envoy takes no more than 2^32. */
    private static final int HEAVIEST = 1_000_000;

    private Routes() {}

    /**
     * @param levels by a policy, in place of the members' own
     * @param health as far as it matters to this caller; an endpoint that is not there is healthy
     */
    public static Route of(
            Destination destination,
            Caller caller,
            SortedMap<MemberId, Member> members,
            SortedMap<MemberId, Integer> levels,
            SortedMap<EndpointAddress, EndpointHealth> health) {
        Ranking ranking = Levels.of(destination, caller, members, levels);
        boolean byWeight = destination.mode() instanceof Mode.Weighted;
        boolean counts = !byWeight && isAnyUsable(ranking, health);
        SortedMap<EndpointAddress, EndpointHealth> counted = counts ? health : new TreeMap<>();
        var byLevel = new Route.ByLevel(
                spillOf(destination.mode()),
                ranking.levels().stream()
                        .map(level -> new Route.Level(level.stream()
                                .map(ranked -> share(ranked, byWeight, counted))
                                .toList()))
                        .toList());
        Route.Targets targets = byWeight ? new Route.ByWeight(byLevel.shares()) : byLevel;
        return new Route(destination.id(), caller, destination.probe(), destination.calls(), targets);
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

    private static Share share(Ranked ranked, boolean isFixed, SortedMap<EndpointAddress, EndpointHealth> health) {
        var endpoints = new TreeMap<EndpointAddress, Endpoint>();
        ranked.member().endpoints().forEach((address, readiness) -> {
            EndpointHealth observed = health.getOrDefault(address, EndpointHealth.HEALTHY);
            endpoints.put(address, new Endpoint(use(readiness, observed), observed.rampPercent()));
        });
        int weight = isFixed ? ranked.weight().orElse(1) : weight(ranked.weight(), endpoints);
        return new Share(ranked.member().id(), ranked.member().locality(), weight, endpoints);
    }

    private static Use use(Readiness readiness, EndpointHealth health) {
        return switch (readiness) {
            case READY -> health.ejected() ? Use.UNUSABLE : Use.USABLE;
            case NOT_READY -> Use.UNUSABLE;
            case DRAINING -> Use.DRAINING;
        };
    }

    /** A region is left only when all of it is gone, as Tetrate's document says; backends are as Envoy has them. */
    private static Route.Spill spillOf(Mode mode) {
        return switch (mode) {
            case Mode.Auto _, Mode.Named _ -> Route.Spill.BINARY;
            case Mode.ActivePassive _, Mode.Labelled _, Mode.Weighted _ -> Route.Spill.GRADED;
        };
    }

    /**
     * Without a user's word, all usable endpoints of a level get the same, whichever members they are of; with it, all
     * members that weigh the same. Returning endpoints get less.
     */
    private static int weight(Optional<Integer> declared, SortedMap<EndpointAddress, Endpoint> endpoints) {
        IntSummaryStatistics usable = endpoints.values().stream()
                .filter(endpoint -> endpoint.use() == Use.USABLE)
                .mapToInt(Endpoint::weight)
                .summaryStatistics();
        long weight = declared.map(each -> (long) each * Math.round(usable.getAverage()))
                .orElseGet(usable::getSum);
        return Math.toIntExact(Math.clamp(weight, 1, HEAVIEST));
    }
}
