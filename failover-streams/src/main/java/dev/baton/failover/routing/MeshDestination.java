package dev.baton.failover.routing;

import dev.baton.contract.mesh.Destination;
import dev.baton.contract.mesh.EndpointAddress;
import dev.baton.contract.mesh.MemberId;
import dev.baton.contract.mesh.ReturnRules;
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
 */
record MeshDestination(
        Destination spec,
        ReturnRules rules,
        SortedSet<EndpointAddress> ready,
        Ejections ejections,
        SortedSet<EndpointAddress> released,
        SortedMap<MemberId, Unused> unused) {
    MeshDestination {
        ready = Collections.unmodifiableSortedSet(new TreeSet<>(ready));
        released = Collections.unmodifiableSortedSet(new TreeSet<>(released));
        unused = Collections.unmodifiableSortedMap(new TreeMap<>(unused));
    }

    static MeshDestination declared(Destination spec, ReturnRules rules) {
        return new MeshDestination(spec, rules, new TreeSet<>(), Ejections.NONE, new TreeSet<>(), new TreeMap<>());
    }

    MeshDestination redeclared(Destination changed, ReturnRules changedRules) {
        return new MeshDestination(changed, changedRules, ready, ejections, released, unused);
    }

    MeshDestination releasing(EndpointAddress endpoint) {
        var more = new TreeSet<>(released);
        more.add(endpoint);
        return new MeshDestination(spec, rules, ready, ejections, more, unused);
    }

    /** Whether something happens as time goes on. */
    boolean waits() {
        return !ejections.equals(Ejections.NONE);
    }
}
