package dev.baton.bridge.admission;

import dev.baton.bridge.api.EgressClusterInfo;
import dev.baton.bridge.api.EgressGateway;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/**
 * The other objects that a verdict may depend on. Called by several threads at once. An implementation with a cache
 * must ask the API server for a gateway that the cache lacks, because files often hold a gateway and its policies.
 */
public interface ClusterObjects {
    /** All gateways with their statuses. */
    Collection<EgressGateway> gateways();

    /** One gateway with its status. */
    Optional<EgressGateway> gateway(String name);

    /** What was found out of the cluster's own networks; empty: nothing yet. */
    Optional<EgressClusterInfo> clusterInfo();

    /** Empty if there is no such namespace. */
    Map<String, String> namespaceLabels(String namespace);
}
