package dev.baton.contract.mesh;

import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A backend, or a workload cluster with its ingress gateway.
 *
 * @param hostNames that its gateway serves; none: it has no gateway, or is a backend
 * @param endpoints none: scaled to zero
 */
public record Member(
        MemberId id,
        Locality locality,
        SortedMap<String, String> labels,
        SortedSet<HostName> hostNames,
        SortedMap<EndpointAddress, Readiness> endpoints) {
    public Member {
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
        hostNames = Collections.unmodifiableSortedSet(new TreeSet<>(hostNames));
        endpoints = Collections.unmodifiableSortedMap(new TreeMap<>(endpoints));
    }

    public boolean serves(HostName host) {
        return hostNames.stream().anyMatch(host::meets);
    }
}
