package dev.baton.bridge.status;

import dev.baton.bridge.api.EgressClusterInfo.Addresses;
import dev.baton.bridge.api.EgressClusterInfo.Status;
import dev.baton.bridge.state.ClusterNetworks;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The status of the cluster info: the networks that were found, and whether they are the pods' networks. */
public final class ClusterInfoStatuses {
    /** Whether each pod's own address lies in a network that was found or listed. */
    static final String POD_NETWORKS_FOUND = "PodNetworksFound";

    /** Why the condition is as it is. */
    private enum Reason {
        ALL_PODS_INSIDE,
        PODS_OUTSIDE
    }

    private ClusterInfoStatuses() {}

    /**
     * @param found what the networks' sources say
     * @param generation of the cluster info
     * @param now the transition time of a condition that changes
     */
    public static Status of(Status found, long generation, Status existing, Instant now) {
        if (found.podCidrMode().isEmpty()) {
            return found; // the user wants no pods' networks to be found
        }
        var conditions = new Conditions(generation, existing.conditions(), now);
        List<String> outside = Optional.ofNullable(found.podCIDR().get(ClusterNetworks.OUTSIDE)).stream()
                .flatMap(ClusterInfoStatuses::all)
                .toList();
        if (outside.isEmpty()) {
            conditions.add(POD_NETWORKS_FOUND, true, Reason.ALL_PODS_INSIDE.name(), "");
        } else {
            conditions.add(
                    POD_NETWORKS_FOUND,
                    false,
                    Reason.PODS_OUTSIDE.name(),
                    "the network plugin gives pods other addresses than were found by podCidrMode "
                            + found.podCidrMode()
                            + ": " + outside.size() + ", the first is " + outside.getFirst()
                            + "; each counts as inside the cluster by itself; name their networks in spec.extraCidr");
        }
        return found.withConditions(conditions.conditions());
    }

    private static Stream<String> all(Addresses addresses) {
        return Stream.concat(addresses.ipv4().stream(), addresses.ipv6().stream());
    }
}
