package dev.baton.failover.routing;

import dev.baton.contract.Epoch;
import dev.baton.contract.FleetId;
import dev.baton.contract.TickClock;
import dev.baton.contract.mesh.Caller;
import dev.baton.contract.mesh.DestinationId;
import dev.baton.contract.mesh.EndpointAddress;
import dev.baton.contract.mesh.FailoverPolicy;
import dev.baton.contract.mesh.FailoverPolicyId;
import dev.baton.contract.mesh.HealthRules;
import dev.baton.contract.mesh.HealthVerdict;
import dev.baton.contract.mesh.Member;
import dev.baton.contract.mesh.MemberId;
import dev.baton.contract.mesh.MeshEntry;
import dev.baton.contract.mesh.Proxy;
import dev.baton.contract.mesh.ProxyId;
import dev.baton.contract.mesh.RouteInForce;
import dev.baton.contract.mesh.RoutingSnapshot;
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
 * @param taken the last entry of each log that feeds this one
 * @param rules by which observations are judged
 * @param verdicts of endpoints that do not pass
 */
public record MeshState(
        FleetId mesh,
        TickClock clock,
        Epoch lastEpoch,
        SortedMap<MeshEntry.Source, MeshEntry.Origin> taken,
        HealthRules rules,
        SortedMap<MemberId, Member> members,
        SortedSet<Caller> callers,
        SortedMap<FailoverPolicyId, FailoverPolicy> policies,
        SortedMap<ProxyId, Proxy> proxies,
        Table<EndpointAddress, HealthVerdict> verdicts,
        Table<DestinationId, MeshDestination> destinations,
        Table<RouteKey, RouteInForce> assigned) {
    public MeshState {
        taken = Collections.unmodifiableSortedMap(taken);
        members = Collections.unmodifiableSortedMap(members);
        callers = Collections.unmodifiableSortedSet(callers);
        policies = Collections.unmodifiableSortedMap(policies);
        proxies = Collections.unmodifiableSortedMap(proxies);
    }

    public static MeshState start(FleetId mesh) {
        return new MeshState(
                mesh,
                TickClock.START,
                Epoch.NONE,
                new TreeMap<>(),
                HealthRules.DEFAULT,
                new TreeMap<>(),
                new TreeSet<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                Table.empty(),
                Table.empty(),
                Table.empty());
    }

    public static MeshState of(RoutingSnapshot snapshot) {
        var taken = new TreeMap<MeshEntry.Source, MeshEntry.Origin>();
        snapshot.taken().forEach(origin -> taken.put(origin.source(), origin));
        var members = new TreeMap<MemberId, Member>();
        snapshot.members().forEach(member -> members.put(member.id(), member));
        var policies = new TreeMap<FailoverPolicyId, FailoverPolicy>();
        snapshot.policies().forEach(policy -> policies.put(policy.id(), policy));
        var proxies = new TreeMap<ProxyId, Proxy>();
        snapshot.proxies().forEach(proxy -> proxies.put(proxy.id(), proxy));
        Table<EndpointAddress, HealthVerdict> verdicts = Table.empty();
        for (var entry : snapshot.verdicts().entrySet()) {
            verdicts = verdicts.with(entry.getKey(), entry.getValue());
        }
        Table<DestinationId, MeshDestination> destinations = Table.empty();
        for (RoutingSnapshot.DecidedDestination decided : snapshot.destinations()) {
            destinations = destinations.with(decided.spec().id(), MeshDestination.of(decided));
        }
        Table<RouteKey, RouteInForce> assigned = Table.empty();
        for (RouteInForce route : snapshot.routes()) {
            assigned = assigned.with(RouteKey.of(route.route()), route);
        }
        return new MeshState(
                snapshot.fleet(),
                snapshot.clock(),
                snapshot.lastEpoch(),
                taken,
                snapshot.rules(),
                members,
                new TreeSet<>(snapshot.callers()),
                policies,
                proxies,
                verdicts,
                destinations,
                assigned);
    }

    /** @param offset of the first entry that this state has not folded */
    public RoutingSnapshot snapshot(long offset) {
        var judged = new TreeMap<EndpointAddress, HealthVerdict>();
        verdicts.forEach(entry -> judged.put(entry.key(), entry.value()));
        return new RoutingSnapshot(
                mesh,
                offset,
                clock,
                lastEpoch,
                new ArrayList<>(taken.values()),
                rules,
                new ArrayList<>(members.values()),
                new ArrayList<>(callers),
                new ArrayList<>(policies.values()),
                new ArrayList<>(proxies.values()),
                judged,
                destinations.values().stream().map(MeshDestination::decided).toList(),
                routes());
    }

    /** In force, by destination and caller. */
    public List<RouteInForce> routes() {
        return assigned.values();
    }

    /** Whether something happens as time goes on. */
    public boolean waitsForTime() {
        return destinations.values().stream().anyMatch(MeshDestination::waits);
    }
}
