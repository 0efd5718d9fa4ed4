package dev.baton.contract;

import java.util.List;

/**
 * Destinations inside the cluster, which policies without destinations leave alone. Kept in {@code baton.endpoints}.
 */
public record ClusterCidrs(List<Cidr> cidrs) implements EndpointEntry {
    public ClusterCidrs {
        cidrs = List.copyOf(cidrs);
    }
}
