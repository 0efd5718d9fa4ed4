package dev.baton.launcher.mesh;

import dev.baton.contract.mesh.EndpointAddress;
import dev.baton.contract.mesh.Route;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The addresses of endpoints that are names: an assignment takes addresses only. A name that resolves no more keeps
 * what it resolved to: nobody is emptied because DNS is away. Used by one thread.
 */
final class Resolution {
    private static final Logger LOG = LoggerFactory.getLogger("baton.xds");
    private static final Pattern IS_ADDRESS = Pattern.compile("[0-9.]+|.*:.*");

    private final Function<String, List<InetAddress>> lookUp;
    private final SortedMap<String, SortedSet<String>> known = new TreeMap<>();

    /** @param lookUp gives nothing for a name that does not resolve now */
    Resolution(Function<String, List<InetAddress>> lookUp) {
        this.lookUp = lookUp;
    }

    /**
     * Looks up all names in these routes, and forgets others.
     *
     * @return whether any has other addresses than before
     */
    boolean renew(Collection<Route> routes) {
        SortedSet<String> names = namesOf(routes);
        boolean changed = known.keySet().retainAll(names);
        for (String name : names) {
            var addresses = new TreeSet<String>();
            lookUp.apply(name).forEach(address -> addresses.add(address.getHostAddress()));
            if (!addresses.isEmpty() && !addresses.equals(known.get(name))) {
                LOG.info("event=name_resolved name={} addresses={}", name, addresses);
                known.put(name, addresses);
                changed = true;
            } else if (addresses.isEmpty() && !known.containsKey(name)) {
                LOG.warn("event=name_unresolved name={}", name);
                known.put(name, new TreeSet<>());
            }
        }
        return changed;
    }

    static SortedSet<String> namesOf(Collection<Route> routes) {
        var names = new TreeSet<String>();
        routes.forEach(route -> route.targets()
                .shares()
                .forEach(share -> share.endpoints().keySet().stream()
                        .map(EndpointAddress::host)
                        .filter(host -> !IS_ADDRESS.matcher(host).matches())
                        .forEach(names::add)));
        return names;
    }

    /** The same route to addresses; a name that never resolved has none. */
    Route of(Route route) {
        Route.Targets targets = switch (route.targets()) {
            case Route.ByLevel(var spill, var levels) ->
                new Route.ByLevel(
                        spill,
                        levels.stream()
                                .map(level -> new Route.Level(
                                        level.shares().stream().map(this::of).toList()))
                                .toList());
            case Route.ByWeight(var shares) ->
                new Route.ByWeight(shares.stream().map(this::of).toList());
        };
        return new Route(route.destination(), route.caller(), route.probe(), route.calls(), targets);
    }

    private Route.Share of(Route.Share share) {
        var endpoints = new TreeMap<EndpointAddress, Route.Endpoint>();
        share.endpoints().forEach((endpoint, told) -> {
            SortedSet<String> addresses = known.get(endpoint.host());
            if (addresses == null) {
                endpoints.put(endpoint, told);
            } else {
                addresses.forEach(address -> endpoints.put(new EndpointAddress(address, endpoint.port()), told));
            }
        });
        return new Route.Share(share.member(), share.locality(), share.weight(), endpoints);
    }
}
