package dev.baton.failover.routing;

import dev.baton.contract.mesh.Caller;
import dev.baton.contract.mesh.DestinationId;
import dev.baton.contract.mesh.Route;
import java.util.Comparator;

/** Whose way, and where from. */
record RouteKey(DestinationId destination, Caller caller) implements Comparable<RouteKey> {
    private static final Comparator<RouteKey> ORDER =
            Comparator.comparing(RouteKey::destination).thenComparing(RouteKey::caller);

    static RouteKey of(Route route) {
        return new RouteKey(route.destination(), route.caller());
    }

    @Override
    public int compareTo(RouteKey other) {
        return ORDER.compare(this, other);
    }
}
