package dev.baton.failover.routing;

import dev.baton.contract.mesh.Destination;
import dev.baton.contract.mesh.EndpointAddress;
import dev.baton.contract.mesh.EndpointHealth;
import dev.baton.contract.mesh.Locality;
import dev.baton.contract.mesh.Member;
import dev.baton.contract.mesh.MemberId;
import dev.baton.contract.mesh.Mode;
import dev.baton.contract.mesh.ReturnRules;
import dev.baton.contract.mesh.RoutingSnapshot.DecidedDestination;
import dev.baton.contract.mesh.Unused;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A destination and what was decided about it.
 *
 * @param ready its endpoints that their owners call ready
 * @param released those that an operator has let back since they were ejected
 * @param withheld members that an operator has taken out
 * @param held whether observations change nothing by an operator's word
 */
record MeshDestination(
        Destination spec,
        SortedSet<EndpointAddress> ready,
        Ejections ejections,
        SortedSet<EndpointAddress> released,
        SortedSet<MemberId> withheld,
        boolean held,
        SortedMap<MemberId, Unused> unused) {
    MeshDestination {
        ready = Collections.unmodifiableSortedSet(new TreeSet<>(ready));
        released = Collections.unmodifiableSortedSet(new TreeSet<>(released));
        withheld = Collections.unmodifiableSortedSet(new TreeSet<>(withheld));
        unused = Collections.unmodifiableSortedMap(new TreeMap<>(unused));
    }

    static MeshDestination declared(Destination spec) {
        return new MeshDestination(
                spec, new TreeSet<>(), Ejections.NONE, new TreeSet<>(), new TreeSet<>(), false, new TreeMap<>());
    }

    MeshDestination redeclared(Destination changed) {
        return new MeshDestination(changed, ready, ejections, released, withheld, held, unused);
    }

    MeshDestination releasing(SortedSet<EndpointAddress> more) {
        var all = new TreeSet<>(released);
        all.addAll(more);
        return new MeshDestination(spec, ready, ejections, all, withheld, held, unused);
    }

    MeshDestination withholding(SortedSet<MemberId> members) {
        return new MeshDestination(spec, ready, ejections, released, members, held, unused);
    }

    MeshDestination holding(boolean hold) {
        return new MeshDestination(spec, ready, ejections, released, withheld, hold, unused);
    }

    /** Whether something happens as time goes on. */
    boolean waits() {
        return !held && !ejections.equals(Ejections.NONE);
    }

    boolean hasFixedShares() {
        return spec.mode() instanceof Mode.Weighted;
    }

    /** What a caller at this place is told of the endpoints; one that is not there is healthy. */
    SortedMap<EndpointAddress, EndpointHealth> seenFrom(
            Locality caller, ReturnRules rules, SortedMap<MemberId, Member> members) {
        var seen = new TreeMap<>(ejections.seenFrom(caller, rules));
        for (MemberId id : withheld) {
            Member member = members.get(id);
            if (member != null) {
                member.endpoints().keySet().forEach(endpoint -> seen.put(endpoint, EndpointHealth.EJECTED));
            }
        }
        return seen;
    }

    static MeshDestination of(DecidedDestination decided) {
        return new MeshDestination(
                decided.spec(),
                decided.ready(),
                new Ejections(decided.ejected(), decided.refused()),
                decided.released(),
                decided.withheld(),
                decided.held(),
                decided.unused());
    }

    DecidedDestination decided() {
        return new DecidedDestination(
                spec, ready, ejections.ejected(), ejections.refused(), released, withheld, held, unused);
    }
}
