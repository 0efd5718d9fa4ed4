package dev.baton.xds.render;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.UInt32Value;
import dev.baton.contract.mesh.DestinationId;
import dev.baton.contract.mesh.Route;
import dev.baton.contract.mesh.Route.ByLevel;
import dev.baton.contract.mesh.Route.ByWeight;
import dev.baton.contract.mesh.Route.Level;
import dev.baton.contract.mesh.Route.Share;
import dev.baton.xds.render.Rendering.Rendered;
import dev.baton.xds.render.Rendering.Unrenderable;
import dev.baton.xds.resource.Resource;
import dev.baton.xds.resource.ResourceType;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster;
import io.envoyproxy.envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig;
import java.util.ArrayList;
import java.util.List;

/** One destination, for one kind of client. */
public final class Render {
    /** Not allowed in names, so a member's cluster is nobody else's. */
    private static final String OF_MEMBER = "|";

    /** Envoy's own 25 ms would be the largest part of what a retry takes. */
    private static final RetryPolicy.RetryBackOff BACK_OFF = RetryPolicy.RetryBackOff.newBuilder()
            .setBaseInterval(Durations.ofMillis(1))
            .setMaxInterval(Durations.ofMillis(5))
            .build();

    private static final RetryPolicy NEXT_LEVEL = RetryPolicy.newBuilder()
            .setRetryOn("5xx,reset,connect-failure")
            .setNumRetries(UInt32Value.of(2))
            .setRetryBackOff(BACK_OFF)
            .setRetryPriority(RetryPolicy.RetryPriority.newBuilder()
                    .setName("envoy.retry_priorities.previous_priorities")
                    .setTypedConfig(Any.pack(PreviousPrioritiesConfig.newBuilder()
                            .setUpdateFrequency(1)
                            .build())))
            .build();

    private Render() {}

    public static Rendering of(Exposed exposed, ClientKind kind) {
        var names = Shares.names(exposed.route().targets().shares());
        if (!names.isEmpty()) {
            return new Unrenderable(exposed.route().destination(), names);
        }
        return switch (exposed.route().targets()) {
            case ByLevel(Route.Spill spill, List<Level> levels) -> levelled(exposed, spill, levels, kind);
            case ByWeight(List<Share> shares)
            when shares.isEmpty() -> levelled(exposed, Route.Spill.GRADED, List.of(), kind);
            case ByWeight(List<Share> shares) -> weighted(exposed, shares, kind);
        };
    }

    private static Rendered levelled(Exposed exposed, Route.Spill spill, List<Level> levels, ClientKind kind) {
        String name = exposed.route().destination().value();
        RouteAction.Builder action = action(exposed).setCluster(name);
        if (kind == ClientKind.ENVOY) {
            // gRPC retries within a level only.
            action.setRetryPolicy(NEXT_LEVEL);
        }
        return rendered(
                exposed,
                pair(exposed, Clusters.levelled(name, kind), Assignments.ofLevels(name, levels, spill, kind)),
                action.build());
    }

    /** Nothing is retried: a retry stays in the cluster that was chosen, and would only repeat the failure. */
    private static Rendered weighted(Exposed exposed, List<Share> shares, ClientKind kind) {
        var resources = new ArrayList<Resource>();
        WeightedCluster.Builder weights = WeightedCluster.newBuilder();
        for (Share share : shares) {
            String name = ofMember(exposed.route().destination(), share);
            resources.addAll(pair(exposed, Clusters.weighted(name), Assignments.ofWeighted(name, share, kind)));
            weights.addClusters(
                    WeightedCluster.ClusterWeight.newBuilder().setName(name).setWeight(UInt32Value.of(share.weight())));
        }
        return rendered(
                exposed, resources, action(exposed).setWeightedClusters(weights).build());
    }

    private static RouteAction.Builder action(Exposed exposed) {
        RouteAction.Builder action = RouteAction.newBuilder();
        exposed.route()
                .calls()
                .timeout()
                .ifPresent(timeout -> action.setTimeout(
                        Duration.newBuilder().setSeconds(timeout.getSeconds()).setNanos(timeout.getNano())));
        return action;
    }

    private static String ofMember(DestinationId destination, Share share) {
        return destination.value() + OF_MEMBER + share.member().value();
    }

    /** The assignment bears the version of its record, so that an acknowledgement says which record is in use. */
    private static List<Resource> pair(Exposed exposed, Cluster cluster, ClusterLoadAssignment assignment) {
        return List.of(
                Resource.of(ResourceType.CLUSTER, cluster.getName(), Fingerprint.of(cluster), cluster),
                Resource.of(ResourceType.ENDPOINTS, assignment.getClusterName(), exposed.version(), assignment));
    }

    private static Rendered rendered(Exposed exposed, List<Resource> resources, RouteAction action) {
        return new Rendered(exposed.route().destination(), exposed.route().calls(), resources, action);
    }
}
