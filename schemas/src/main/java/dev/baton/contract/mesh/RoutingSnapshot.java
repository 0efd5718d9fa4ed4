package dev.baton.contract.mesh;

import dev.baton.contract.Epoch;
import dev.baton.contract.FleetId;
import dev.baton.contract.TickClock;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * State of the routing fold.
 *
 * @param taken the last entry of each log that feeds this one
 * @param rules by which observations are judged
 * @param verdicts of endpoints that do not pass
 */
public record RoutingSnapshot(
        FleetId fleet,
        long offset,
        TickClock clock,
        Epoch lastEpoch,
        List<MeshEntry.Origin> taken,
        HealthRules rules,
        List<Member> members,
        List<Caller> callers,
        List<FailoverPolicy> policies,
        List<Proxy> proxies,
        SortedMap<EndpointAddress, HealthVerdict> verdicts,
        List<DecidedDestination> destinations,
        List<RouteInForce> routes)
        implements MeshSnapshot {
    public RoutingSnapshot {
        taken = List.copyOf(taken);
        members = List.copyOf(members);
        callers = List.copyOf(callers);
        policies = List.copyOf(policies);
        proxies = List.copyOf(proxies);
        verdicts = Collections.unmodifiableSortedMap(new TreeMap<>(verdicts));
        destinations = List.copyOf(destinations);
        routes = List.copyOf(routes);
    }

    /**
     * A destination and what was decided about it.
     *
     * @param ready its endpoints that their owners call ready
     * @param ejected those that were taken out
     * @param refused those that fail and were not taken out
     * @param released those that an operator has let back since they were ejected
     * @param withheld members that an operator has taken out
     * @param held whether observations change nothing by an operator's word
     * @param unused members that the destination names, and why they get nothing
     */
    public record DecidedDestination(
            Destination spec,
            SortedSet<EndpointAddress> ready,
            SortedMap<EndpointAddress, Ejection> ejected,
            SortedMap<EndpointAddress, EjectionRefusal> refused,
            SortedSet<EndpointAddress> released,
            SortedSet<MemberId> withheld,
            boolean held,
            SortedMap<MemberId, Unused> unused) {
        public DecidedDestination {
            ready = Collections.unmodifiableSortedSet(new TreeSet<>(ready));
            ejected = Collections.unmodifiableSortedMap(new TreeMap<>(ejected));
            refused = Collections.unmodifiableSortedMap(new TreeMap<>(refused));
            released = Collections.unmodifiableSortedSet(new TreeSet<>(released));
            withheld = Collections.unmodifiableSortedSet(new TreeSet<>(withheld));
            unused = Collections.unmodifiableSortedMap(new TreeMap<>(unused));
        }
    }
}
