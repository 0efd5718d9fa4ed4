package dev.baton.bridge.state;

import dev.baton.contract.ClusterCidrs;
import dev.baton.contract.EndpointEntry;
import dev.baton.contract.EndpointSlice;
import dev.baton.contract.KnownPods;
import dev.baton.contract.PolicyId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The pods of all policies as slices, and which of these slices the log has. Used by the loop's thread only. */
public final class PublishedSlices {
    private final Membership membership;
    private final Map<PolicyId, Map<String, EndpointSlice>> published = new HashMap<>();
    private Optional<ClusterCidrs> cidrs = Optional.empty();
    private Set<PolicyId> behind = new TreeSet<>();

    public PublishedSlices(Membership membership) {
        this.membership = membership;
    }

    /** Takes over what the log has as published; then every policy is compared. */
    public void adopt(Collection<EndpointEntry> entries) {
        published.clear();
        cidrs = Optional.empty();
        for (EndpointEntry entry : entries) {
            switch (entry) {
                case EndpointSlice slice
                when KnownPods.nodeOf(slice.policy()).isPresent() -> {} // PodsOfNodes keeps these
                case EndpointSlice slice -> took(slice);
                case ClusterCidrs networks -> cidrs = Optional.of(networks);
            }
        }
        behind = new TreeSet<>(published.keySet());
        behind.addAll(membership.policies());
    }

    /** The entries to append, so that the log has the pods as they are. */
    public List<EndpointEntry> due() {
        behind.addAll(membership.takeTouched());
        var due = new ArrayList<EndpointEntry>();
        for (PolicyId policy : behind) {
            Map<String, EndpointSlice> before = of(policy);
            Map<String, EndpointSlice> after = SlicePacking.pack(policy, before.values(), membership.endpoints(policy));
            after.values().stream()
                    .filter(slice -> !slice.equals(before.get(slice.slice())))
                    .forEach(due::add);
            before.keySet().stream()
                    .filter(name -> !after.containsKey(name))
                    .map(name -> new EndpointSlice(policy, name, List.of()))
                    .forEach(due::add);
        }
        behind.clear();
        // An entry in flight counts as published; if it fails, {@link #failed} is called.
        due.forEach(entry -> took((EndpointSlice) entry));
        return due;
    }

    public Optional<ClusterCidrs> due(ClusterCidrs networks) {
        if (cidrs.equals(Optional.of(networks))) {
            return Optional.empty();
        }
        cidrs = Optional.of(networks);
        return cidrs;
    }

    /** The entry was not appended. */
    public void failed(EndpointEntry entry) {
        switch (entry) {
            case EndpointSlice slice -> {
                of(slice.policy()).remove(slice.slice());
                // A slice that should have been emptied must be remembered as not empty.
                if (slice.endpoints().isEmpty()) {
                    published
                            .computeIfAbsent(slice.policy(), _ -> new TreeMap<>())
                            .put(slice.slice(), slice);
                }
                behind.add(slice.policy());
            }
            case ClusterCidrs _ -> cidrs = Optional.empty();
        }
    }

    private void took(EndpointSlice slice) {
        if (slice.endpoints().isEmpty()) {
            Map<String, EndpointSlice> its = of(slice.policy());
            its.remove(slice.slice());
            if (its.isEmpty()) {
                published.remove(slice.policy());
            }
        } else {
            published.computeIfAbsent(slice.policy(), _ -> new TreeMap<>()).put(slice.slice(), slice);
        }
    }

    private Map<String, EndpointSlice> of(PolicyId policy) {
        return published.getOrDefault(policy, new TreeMap<>());
    }

    /** All slices with pods in them. */
    public List<EndpointSlice> all() {
        return published.values().stream()
                .flatMap(slices -> slices.values().stream())
                .toList();
    }
}
