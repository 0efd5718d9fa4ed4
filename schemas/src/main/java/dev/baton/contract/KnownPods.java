package dev.baton.contract;

import dev.baton.contract.EndpointSlice.Endpoint;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The addresses of a node's pods of which it is known whether a policy selects them. It is said in
 * {@code baton.endpoints} behind the slices that say which policy does, so whoever has read it has read those.
 *
 * <p>It has the form of a policy's slice: releases that know nothing of it keep it as the pods of a policy that nobody
 * ever declares, and do nothing by it.
 */
public record KnownPods(NodeId node, SortedSet<IpAddress> addresses) {
    /** No policy's: a namespace of Kubernetes has no dot. */
    private static final String NAMESPACE = "known-pods.baton.dev";

    private static final String SLICE = "all";

    public KnownPods {
        addresses = Collections.unmodifiableSortedSet(new TreeSet<>(addresses));
    }

    /** As it is written. A node without pods has one too: the first pod that comes there is unknown. */
    public EndpointSlice slice() {
        return slice(node, List.of(new Endpoint(NAMESPACE, node.value(), node, List.copyOf(addresses))));
    }

    /** Says that from now on nobody says of this node's pods whether they are known. */
    public static EndpointSlice withdrawal(NodeId node) {
        return slice(node, List.of());
    }

    private static EndpointSlice slice(NodeId node, List<Endpoint> endpoints) {
        return new EndpointSlice(new PolicyId(NAMESPACE, node.value()), SLICE, endpoints);
    }

    /** The node of whose pods such slices speak; empty: it is a policy's. */
    public static Optional<NodeId> nodeOf(PolicyId policy) {
        return policy.namespace().equals(NAMESPACE) ? Optional.of(new NodeId(policy.name())) : Optional.empty();
    }

    /** Empty: the slice is a policy's, or a {@link #withdrawal}. */
    public static Optional<KnownPods> of(EndpointSlice slice) {
        return nodeOf(slice.policy()).filter(_ -> !slice.endpoints().isEmpty()).map(node -> {
            var addresses = new TreeSet<IpAddress>();
            slice.endpoints().forEach(endpoint -> addresses.addAll(endpoint.addresses()));
            return new KnownPods(node, addresses);
        });
    }
}
