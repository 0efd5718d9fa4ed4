package dev.baton.failover.routing;

import dev.baton.contract.Epoch;
import dev.baton.contract.TickClock;
import dev.baton.contract.mesh.Caller;
import dev.baton.contract.mesh.Destination;
import dev.baton.contract.mesh.DestinationId;
import dev.baton.contract.mesh.EndpointAddress;
import dev.baton.contract.mesh.FailoverPolicy;
import dev.baton.contract.mesh.FailoverPolicyId;
import dev.baton.contract.mesh.HealthRules;
import dev.baton.contract.mesh.HealthVerdict;
import dev.baton.contract.mesh.Locality;
import dev.baton.contract.mesh.Member;
import dev.baton.contract.mesh.MemberId;
import dev.baton.contract.mesh.MeshDecision;
import dev.baton.contract.mesh.MeshDecision.MembersUnused;
import dev.baton.contract.mesh.MeshDecision.MembersWithheld;
import dev.baton.contract.mesh.MeshDecision.RouteAssigned;
import dev.baton.contract.mesh.MeshDecision.RouteWithdrawn;
import dev.baton.contract.mesh.MeshEntry;
import dev.baton.contract.mesh.Probe;
import dev.baton.contract.mesh.Proxy;
import dev.baton.contract.mesh.ProxyId;
import dev.baton.contract.mesh.Readiness;
import dev.baton.contract.mesh.Route;
import dev.baton.contract.mesh.RouteInForce;
import dev.baton.failover.core.Table;
import dev.baton.failover.routing.Ejections.Turned;
import dev.baton.failover.routing.Levels.Ranked;
import dev.baton.failover.routing.Levels.Ranking;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** The folding of one entry of a mesh's log: the state as changed so far, and the decisions made so far. */
final class MeshTurn {
    /** Which members a destination has does not depend on who calls, only their order does. */
    private static final Caller ANYBODY = new Caller(Locality.UNKNOWN, new TreeMap<>());

    private final MeshState before;
    private final long cause;
    private final List<MeshDecision> decisions = new ArrayList<>();
    private SortedMap<MeshEntry.Source, MeshEntry.Origin> taken;
    private HealthRules rules;
    private SortedMap<MemberId, Member> members;
    private SortedSet<Caller> callers;
    private SortedMap<FailoverPolicyId, FailoverPolicy> policies;
    private SortedMap<ProxyId, Proxy> proxies;
    private TickClock clock;
    private Epoch lastEpoch;
    private Table<EndpointAddress, HealthVerdict> verdicts;
    private Table<DestinationId, MeshDestination> destinations;
    private Table<RouteKey, RouteInForce> assigned;

    MeshTurn(MeshState before, long cause) {
        this.before = before;
        this.cause = cause;
        taken = before.taken();
        rules = before.rules();
        clock = before.clock();
        lastEpoch = before.lastEpoch();
        members = before.members();
        callers = before.callers();
        policies = before.policies();
        proxies = before.proxies();
        verdicts = before.verdicts();
        destinations = before.destinations();
        assigned = before.assigned();
    }

    Routing.Outcome outcome() {
        return new Routing.Outcome(
                new MeshState(
                        before.mesh(),
                        clock,
                        lastEpoch,
                        taken,
                        rules,
                        members,
                        callers,
                        policies,
                        proxies,
                        verdicts,
                        destinations,
                        assigned),
                decisions);
    }

    /** @return false if this origin was taken before */
    boolean take(MeshEntry.Origin origin) {
        MeshEntry.Origin last = taken.get(origin.source());
        if (last != null && !origin.after(last)) {
            return false;
        }
        var now = new TreeMap<>(taken);
        now.put(origin.source(), origin);
        taken = now;
        return true;
    }

    void put(HealthRules declared) {
        rules = declared;
    }

    void decide(MeshDecision decision) {
        decisions.add(decision);
    }

    Optional<MeshDestination> destination(DestinationId id) {
        return destinations.get(id);
    }

    Optional<FailoverPolicy> policyOf(MeshDestination destination) {
        return Policies.of(destination.spec(), policies);
    }

    Ranking ranking(MeshDestination destination) {
        return Levels.of(destination.spec(), ANYBODY, members, levelsOf(policyOf(destination)));
    }

    private static SortedMap<MemberId, Integer> levelsOf(Optional<FailoverPolicy> policy) {
        return policy.map(FailoverPolicy::levels).orElseGet(TreeMap::new);
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
        Optional<Member> known = Optional.ofNullable(members.get(member.id()));
        var more = new TreeMap<>(members);
        more.put(member.id(), member);
        members = more;
        lookAt(destination -> Levels.mayHave(destination.spec(), member)
                || known.filter(was -> Levels.mayHave(destination.spec(), was)).isPresent());
    }

    void remove(MemberId id) {
        Member known = members.get(id);
        if (known != null) {
            var fewer = new TreeMap<>(members);
            fewer.remove(id);
            members = fewer;
            lookAt(destination -> Levels.mayHave(destination.spec(), known));
        }
    }

    void put(FailoverPolicy policy) {
        var more = new TreeMap<>(policies);
        more.put(policy.id(), policy);
        policies = more;
    }

    void remove(FailoverPolicyId policy) {
        var fewer = new TreeMap<>(policies);
        fewer.remove(policy);
        policies = fewer;
    }

    Optional<Proxy> proxy(ProxyId id) {
        return Optional.ofNullable(proxies.get(id));
    }

    void put(Proxy proxy) {
        var more = new TreeMap<>(proxies);
        more.put(proxy.id(), proxy);
        proxies = more;
    }

    void remove(ProxyId proxy) {
        var fewer = new TreeMap<>(proxies);
        fewer.remove(proxy);
        proxies = fewer;
    }

    boolean has(Caller caller) {
        return callers.contains(caller);
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

    void declare(Destination destination) {
        look(destinations
                .get(destination.id())
                .map(known -> known.redeclared(destination))
                .orElseGet(() -> MeshDestination.declared(destination)));
    }

    void remove(DestinationId destination) {
        destinations = destinations.without(destination);
        callers.forEach(caller -> withdraw(destination, caller));
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

    void look(MeshDestination known) {
        Destination spec = known.spec();
        Ranking ranking = ranking(known);
        if (!ranking.unused().equals(known.unused())) {
            decisions.add(new MembersUnused(spec.id(), ranking.unused()));
        }
        SortedSet<MemberId> withheld = withheld(known);
        SortedSet<EndpointAddress> ready = ready(ranking, withheld);
        Ejections ejections = ejections(known, ready);
        var released = new TreeSet<>(known.released());
        released.retainAll(ejections.ejected().keySet());
        var after = new MeshDestination(spec, ready, ejections, released, withheld, known.held(), ranking.unused());
        destinations = destinations.with(spec.id(), after);
        callers.forEach(caller -> route(after, caller));
    }

    private SortedSet<MemberId> withheld(MeshDestination known) {
        if (!known.hasFixedShares() || known.withheld().isEmpty()) {
            return known.withheld();
        }
        decisions.add(new MembersWithheld(known.spec().id(), new TreeSet<>()));
        return new TreeSet<>();
    }

    private Ejections ejections(MeshDestination known, SortedSet<EndpointAddress> ready) {
        if (known.hasFixedShares()) {
            return Ejections.NONE; // Who wants fixed shares wants no ejections.
        }
        if (known.held()) {
            return known.ejections().among(ready);
        }
        Turned turned = known.ejections()
                .at(
                        clock.elapsed(),
                        known.spec().id(),
                        ready,
                        failing(ready),
                        known.released(),
                        Policies.rulesOf(policyOf(known)));
        decisions.addAll(turned.decisions());
        return turned.after();
    }

    /** Endpoints that their owners call ready, of members that no operator has taken out. */
    static SortedSet<EndpointAddress> ready(Ranking ranking, SortedSet<MemberId> withheld) {
        var ready = new TreeSet<EndpointAddress>();
        ranking.levels().stream()
                .flatMap(level -> level.stream())
                .map(Ranked::member)
                .filter(member -> !withheld.contains(member.id()))
                .forEach(member -> member.endpoints().forEach((endpoint, readiness) -> {
                    if (readiness == Readiness.READY) {
                        ready.add(endpoint);
                    }
                }));
        return ready;
    }

    private SortedMap<EndpointAddress, HealthVerdict> failing(SortedSet<EndpointAddress> among) {
        var failing = new TreeMap<EndpointAddress, HealthVerdict>();
        among.forEach(endpoint -> verdicts.get(endpoint).ifPresent(verdict -> failing.put(endpoint, verdict)));
        return failing;
    }

    private void route(MeshDestination destination, Caller caller) {
        Optional<FailoverPolicy> policy = policyOf(destination);
        Optional<Probe> probe = policy.flatMap(FailoverPolicy::probe)
                .or(() -> destination.spec().probe());
        Route route = Routes.of(
                destination.spec().withProbe(probe),
                caller,
                members,
                levelsOf(policy),
                destination.seenFrom(caller.locality(), Policies.rulesOf(policy), members));
        var key = new RouteKey(destination.spec().id(), caller);
        if (!assigned.get(key).map(RouteInForce::route).filter(route::equals).isPresent()) {
            lastEpoch = lastEpoch.next();
            assigned = assigned.with(key, new RouteInForce(route, lastEpoch, cause));
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
