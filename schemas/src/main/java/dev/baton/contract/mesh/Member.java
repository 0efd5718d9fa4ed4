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
 * @param level of a backend among those of its destination: 0 comes first, 1 is {@code fallback}
 * @param endpoints none: scaled to zero
 */
public record Member(
        MemberId id,
        Locality locality,
        SortedMap<String, String> labels,
        SortedSet<HostName> hostNames,
        int level,
        SortedMap<EndpointAddress, Readiness> endpoints) {
    public Member {
        requireLevel(id, level);
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
        hostNames = Collections.unmodifiableSortedSet(new TreeSet<>(hostNames));
        endpoints = Collections.unmodifiableSortedMap(new TreeMap<>(endpoints));
    }

    static void requireLevel(MemberId member, int level) {
        if (level < 0) {
            throw new IllegalArgumentException("level of " + member + ": " + level + " is below 0, which is the first");
        }
    }

    public boolean serves(HostName host) {
        return hostNames.stream().anyMatch(host::meets);
    }
}
