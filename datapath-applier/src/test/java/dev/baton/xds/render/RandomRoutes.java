package dev.baton.xds.render;

import dev.baton.contract.mesh.Caller;
import dev.baton.contract.mesh.Calls;
import dev.baton.contract.mesh.DestinationId;
import dev.baton.contract.mesh.EndpointAddress;
import dev.baton.contract.mesh.HostName;
import dev.baton.contract.mesh.Locality;
import dev.baton.contract.mesh.MemberId;
import dev.baton.contract.mesh.Route;
import dev.baton.contract.mesh.Route.ByLevel;
import dev.baton.contract.mesh.Route.ByWeight;
import dev.baton.contract.mesh.Route.Endpoint;
import dev.baton.contract.mesh.Route.Level;
import dev.baton.contract.mesh.Route.Share;
import dev.baton.contract.mesh.Route.Use;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Routes as the routing fold may make them. */
final class RandomRoutes {
    private final Random random;

    RandomRoutes(long seed) {
        this.random = new Random(seed);
    }

    Exposed next(String destination) {
        boolean byWeight = random.nextInt(3) == 0;
        int levels = random.nextInt(4);
        Route.Targets targets = byWeight
                ? new ByWeight(shares(destination + "w", random.nextInt(4), 0))
                : new ByLevel(
                        random.nextBoolean() ? Route.Spill.BINARY : Route.Spill.GRADED,
                        IntStream.range(0, levels)
                                .mapToObj(level -> new Level(shares(destination + level, 1 + random.nextInt(3), 1)))
                                .toList());
        Route route = new Route(
                new DestinationId(destination),
                new Caller(Locality.UNKNOWN, new TreeMap<>()),
                Optional.empty(),
                calls(),
                targets);
        return new Exposed(route, random.nextInt(1000));
    }

    /** The same route with other health. */
    Exposed withOtherHealth(Exposed exposed) {
        Route route = exposed.route();
        Route.Targets targets = switch (route.targets()) {
            case ByLevel(Route.Spill spill, List<Level> levels) ->
                new ByLevel(
                        spill,
                        levels.stream()
                                .map(level -> new Level(level.shares().stream()
                                        .map(this::withOtherHealth)
                                        .toList()))
                                .toList());
            case ByWeight(List<Share> shares) ->
                new ByWeight(shares.stream().map(this::withOtherHealth).toList());
        };
        return new Exposed(
                new Route(route.destination(), route.caller(), route.probe(), route.calls(), targets),
                exposed.version());
    }

    private Calls calls() {
        var hosts = new TreeSet<>(List.of(new HostName("h" + random.nextInt(3) + ".example")));
        var path = new Calls.Path(Calls.Comparison.PREFIX, random.nextBoolean() ? "/" : "/a");
        return new Calls(hosts, List.of(new Calls.Match(path, List.of(), Optional.empty())), Optional.empty());
    }

    private Share withOtherHealth(Share share) {
        var endpoints = new TreeMap<EndpointAddress, Endpoint>();
        share.endpoints()
                .forEach((address, endpoint) -> endpoints.put(address, new Endpoint(use(), endpoint.weight())));
        return new Share(share.member(), share.locality(), share.weight(), endpoints);
    }

    private List<Share> shares(String prefix, int count, int leastEndpoints) {
        return IntStream.range(0, count)
                .mapToObj(member -> {
                    var endpoints = new TreeMap<EndpointAddress, Endpoint>();
                    int size = leastEndpoints + random.nextInt(4);
                    for (int i = 0; i < size; i++) {
                        endpoints.put(address(), new Endpoint(use(), 1 + random.nextInt(100)));
                    }
                    return new Share(
                            new MemberId(prefix + "m" + member),
                            new Locality("r" + random.nextInt(2), ""),
                            1 + random.nextInt(100),
                            endpoints);
                })
                .toList();
    }

    private EndpointAddress address() {
        String host = random.nextInt(5) == 0 ? "fd00::" + random.nextInt(9) : "10.0.0." + random.nextInt(250);
        return new EndpointAddress(host, 1 + random.nextInt(60_000));
    }

    private Use use() {
        return Use.values()[random.nextInt(Use.values().length)];
    }
}
