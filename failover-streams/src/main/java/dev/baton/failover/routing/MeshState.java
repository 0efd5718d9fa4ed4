package dev.baton.failover.routing;

import dev.baton.contract.Epoch;
import dev.baton.contract.TickClock;
import dev.baton.contract.mesh.Caller;
import dev.baton.contract.mesh.DestinationId;
import dev.baton.contract.mesh.EndpointAddress;
import dev.baton.contract.mesh.HealthVerdict;
import dev.baton.contract.mesh.Member;
import dev.baton.contract.mesh.MemberId;
import dev.baton.contract.mesh.Route;
import dev.baton.failover.core.Table;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A mesh as its log tells it.
 *
 * @param verdicts of endpoints that do not pass
 */
public record MeshState(
        TickClock clock,
        Epoch lastEpoch,
        SortedMap<MemberId, Member> members,
        SortedSet<Caller> callers,
        Table<EndpointAddress, HealthVerdict> verdicts,
        Table<DestinationId, MeshDestination> destinations,
        Table<RouteKey, Route> assigned) {
    public static final MeshState START = new MeshState(
            TickClock.START, Epoch.NONE, new TreeMap<>(), new TreeSet<>(), Table.empty(), Table.empty(), Table.empty());

    public MeshState {
        members = Collections.unmodifiableSortedMap(members);
        callers = Collections.unmodifiableSortedSet(callers);
    }

    /** In force, by destination and caller. */
    public List<Route> routes() {
        return new ArrayList<>(assigned.values());
    }
}
