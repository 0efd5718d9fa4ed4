package dev.baton.failover.routing;

import dev.baton.contract.mesh.Caller;
import dev.baton.contract.mesh.DestinationId;
import java.util.Comparator;

/** Whose way, and where from. */
record RouteKey(DestinationId destination, Caller caller) implements Comparable<RouteKey> {
    private static final Comparator<RouteKey> ORDER =
            Comparator.comparing(RouteKey::destination).thenComparing(RouteKey::caller);

    @Override
    public int compareTo(RouteKey other) {
        return ORDER.compare(this, other);
    }
}
