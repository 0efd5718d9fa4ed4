package dev.baton.failover.routing;

import dev.baton.contract.Epoch;
import dev.baton.contract.TickClock;
import dev.baton.contract.mesh.Caller;
import dev.baton.contract.mesh.Destination;
import dev.baton.contract.mesh.DestinationId;
import dev.baton.contract.mesh.EndpointAddress;
import dev.baton.contract.mesh.HealthVerdict;
import dev.baton.contract.mesh.Locality;
import dev.baton.contract.mesh.Member;
import dev.baton.contract.mesh.MemberId;
import dev.baton.contract.mesh.MeshDecision;
import dev.baton.contract.mesh.MeshDecision.MembersUnused;
import dev.baton.contract.mesh.MeshDecision.RouteAssigned;
import dev.baton.contract.mesh.MeshDecision.RouteWithdrawn;
import dev.baton.contract.mesh.Mode;
import dev.baton.contract.mesh.Readiness;
import dev.baton.contract.mesh.ReturnRules;
import dev.baton.contract.mesh.Route;
import dev.baton.failover.core.Table;
import dev.baton.failover.routing.Ejections.Turned;
import dev.baton.failover.routing.Levels.Ranking;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** The folding of one entry of a mesh's log: the state as changed so far, and the decisions made so far. */
final class MeshTurn {
    /** Which members a destination has does not depend on who calls, only their order does. */
    private static final Caller ANYBODY = new Caller(Locality.UNKNOWN, new TreeMap<>());

    private final List<MeshDecision> decisions = new ArrayList<>();
    private SortedMap<MemberId, Member> members;
    private SortedSet<Caller> callers;
    private TickClock clock;
    private Epoch lastEpoch;
    private Table<EndpointAddress, HealthVerdict> verdicts;
    private Table<DestinationId, MeshDestination> destinations;
    private Table<RouteKey, Route> assigned;

    MeshTurn(MeshState before) {
        clock = before.clock();
        lastEpoch = before.lastEpoch();
        members = before.members();
        callers = before.callers();
        verdicts = before.verdicts();
        destinations = before.destinations();
        assigned = before.assigned();
    }

    Routing.Outcome outcome() {
        return new Routing.Outcome(
                new MeshState(clock, lastEpoch, members, callers, verdicts, destinations, assigned), decisions);
    }

    void put(TickClock counted) {
        clock = counted;
    }

    void put(EndpointAddress endpoint, HealthVerdict verdict) {
        verdicts = verdict instanceof HealthVerdict.Passing
                ? verdicts.without(endpoint)
                : verdicts.with(endpoint, verdict);
    }

    void put(Member member) {
        var more = new TreeMap<>(members);
        more.put(member.id(), member);
        members = more;
    }

    void remove(MemberId member) {
        var fewer = new TreeMap<>(members);
        fewer.remove(member);
        members = fewer;
    }

    void put(Caller caller) {
        var more = new TreeSet<>(callers);
        more.add(caller);
        callers = more;
    }

    void remove(Caller caller) {
        var fewer = new TreeSet<>(callers);
        fewer.remove(caller);
        callers = fewer;
        destinations.forEach(entry -> withdraw(entry.key(), caller));
    }

    void declare(Destination destination, ReturnRules rules) {
        look(destinations
                .get(destination.id())
                .map(known -> known.redeclared(destination, rules))
                .orElseGet(() -> MeshDestination.declared(destination, rules)));
    }

    void remove(DestinationId destination) {
        destinations = destinations.without(destination);
        callers.forEach(caller -> withdraw(destination, caller));
    }

    void release(DestinationId destination, EndpointAddress endpoint) {
        destinations
                .get(destination)
                .filter(known -> known.ejections().ejected().containsKey(endpoint))
                .ifPresent(known -> look(known.releasing(endpoint)));
    }

    void lookAtAll() {
        lookAt(_ -> true);
    }

    void lookAtThoseThatWait() {
        lookAt(MeshDestination::waits);
    }

    void lookAtThoseWith(EndpointAddress endpoint) {
        lookAt(destination -> destination.ready().contains(endpoint));
    }

    private void lookAt(Predicate<MeshDestination> which) {
        destinations.values().stream().filter(which).forEach(this::look);
    }

    private void look(MeshDestination before) {
        Destination spec = before.spec();
        Ranking ranking = Levels.of(spec, ANYBODY, members);
        SortedSet<EndpointAddress> ready = ready(ranking);
        // Who wants fixed shares wants no ejections.
        Turned turned = spec.mode() instanceof Mode.Weighted
                ? new Turned(Ejections.NONE, List.of())
                : before.ejections()
                        .at(clock.elapsed(), spec.id(), ready, failing(ready), before.released(), before.rules());
        decisions.addAll(turned.decisions());
        if (!ranking.unused().equals(before.unused())) {
            decisions.add(new MembersUnused(spec.id(), ranking.unused()));
        }
        var released = new TreeSet<>(before.released());
        released.retainAll(turned.after().ejected().keySet());
        var after = new MeshDestination(spec, before.rules(), ready, turned.after(), released, ranking.unused());
        destinations = destinations.with(spec.id(), after);
        callers.forEach(caller -> route(after, caller));
    }

    private static SortedSet<EndpointAddress> ready(Ranking ranking) {
        var ready = new TreeSet<EndpointAddress>();
        ranking.levels()
                .forEach(level ->
                        level.forEach(ranked -> ranked.member().endpoints().forEach((endpoint, readiness) -> {
                            if (readiness == Readiness.READY) {
                                ready.add(endpoint);
                            }
                        })));
        return ready;
    }

    private SortedMap<EndpointAddress, HealthVerdict> failing(SortedSet<EndpointAddress> among) {
        var failing = new TreeMap<EndpointAddress, HealthVerdict>();
        among.forEach(endpoint -> verdicts.get(endpoint).ifPresent(verdict -> failing.put(endpoint, verdict)));
        return failing;
    }

    private void route(MeshDestination destination, Caller caller) {
        Route route = Routes.of(
                destination.spec(),
                caller,
                members,
                destination.ejections().seenFrom(caller.locality(), destination.rules()));
        var key = new RouteKey(destination.spec().id(), caller);
        if (!assigned.get(key).filter(route::equals).isPresent()) {
            assigned = assigned.with(key, route);
            lastEpoch = lastEpoch.next();
            decisions.add(new RouteAssigned(route, lastEpoch));
        }
    }

    private void withdraw(DestinationId destination, Caller caller) {
        var key = new RouteKey(destination, caller);
        if (assigned.contains(key)) {
            assigned = assigned.without(key);
            lastEpoch = lastEpoch.next();
            decisions.add(new RouteWithdrawn(destination, caller, lastEpoch));
        }
    }
}
