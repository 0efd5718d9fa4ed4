package dev.baton.xds.render;

import com.google.protobuf.UInt32Value;
import dev.baton.contract.mesh.EndpointAddress;
import dev.baton.contract.mesh.Route;
import dev.baton.contract.mesh.Route.Level;
import dev.baton.contract.mesh.Route.Share;
import dev.baton.contract.mesh.Route.Use;
import io.envoyproxy.envoy.config.core.v3.HealthStatus;
import io.envoyproxy.envoy.config.core.v3.Locality;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment.Policy;
import io.envoyproxy.envoy.config.endpoint.v3.Endpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.envoyproxy.envoy.type.v3.FractionalPercent;
import java.util.List;

/** Who gets a cluster's requests. */
final class Assignments {
    private static final int WHOLE = 100;

    /** Nothing listens there; it is never sent to, because all requests are dropped before. */
    private static final EndpointAddress TOMBSTONE = new EndpointAddress("127.0.0.1", 1);

    private Assignments() {}

    /** Level k is priority k. */
    static ClusterLoadAssignment ofLevels(String cluster, List<Level> levels, Route.Spill spill, ClientKind kind) {
        List<Level> told = switch (kind) {
            case ENVOY -> levels;
            case GRPC -> withoutGaps(levels);
        };
        if (kind == ClientKind.GRPC && !hasUsable(told)) {
            return nobody(cluster);
        }
        ClusterLoadAssignment.Builder assignment =
                ClusterLoadAssignment.newBuilder().setClusterName(cluster);
        for (int priority = 0; priority < told.size(); priority++) {
            for (Share share : told.get(priority).shares()) {
                assignment.addEndpoints(locality(share, priority, true));
            }
        }
        if (spill == Route.Spill.BINARY && kind == ClientKind.ENVOY && !told.isEmpty()) {
            // One healthy endpoint of so many counts as all of them.
            assignment.setPolicy(
                    Policy.newBuilder().setOverprovisioningFactor(UInt32Value.of(WHOLE * mostEndpoints(told))));
        }
        return assignment.build();
    }

    /** One member of several that share by weight. Its endpoints' health is not told, so no proxy can act by it. */
    static ClusterLoadAssignment ofWeighted(String cluster, Share share, ClientKind kind) {
        if (share.endpoints().isEmpty()) {
            return switch (kind) {
                case ENVOY ->
                    ClusterLoadAssignment.newBuilder().setClusterName(cluster).build();
                case GRPC -> nobody(cluster);
            };
        }
        return ClusterLoadAssignment.newBuilder()
                .setClusterName(cluster)
                .addEndpoints(locality(share, 0, false))
                .build();
    }

    /** gRPC keeps calling the endpoints that it knows when it is given none, so requests are dropped instead. */
    private static ClusterLoadAssignment nobody(String cluster) {
        var all = FractionalPercent.newBuilder()
                .setNumerator(WHOLE)
                .setDenominator(FractionalPercent.DenominatorType.HUNDRED);
        return ClusterLoadAssignment.newBuilder()
                .setClusterName(cluster)
                .setPolicy(Policy.newBuilder()
                        .addDropOverloads(Policy.DropOverload.newBuilder()
                                .setCategory("nobody-usable")
                                .setDropPercentage(all)))
                .addEndpoints(LocalityLbEndpoints.newBuilder()
                        .setLocality(Locality.newBuilder().setSubZone("tombstone"))
                        .setLoadBalancingWeight(UInt32Value.of(1))
                        .addLbEndpoints(endpoint(TOMBSTONE, HealthStatus.HEALTHY, 1)))
                .build();
    }

    /** The member's name makes the locality unique: gRPC takes the last of two with the same key. */
    private static LocalityLbEndpoints locality(Share share, int priority, boolean tellHealth) {
        LocalityLbEndpoints.Builder told = LocalityLbEndpoints.newBuilder()
                .setLocality(Locality.newBuilder()
                        .setRegion(share.locality().region())
                        .setZone(share.locality().zone())
                        .setSubZone(share.member().value()))
                .setPriority(priority)
                .setLoadBalancingWeight(UInt32Value.of(share.weight()));
        share.endpoints().forEach((address, endpoint) -> {
            HealthStatus health = tellHealth ? health(endpoint.use()) : HealthStatus.HEALTHY;
            told.addLbEndpoints(endpoint(address, health, endpoint.weight()));
        });
        return told.build();
    }

    private static LbEndpoint endpoint(EndpointAddress address, HealthStatus health, int weight) {
        return LbEndpoint.newBuilder()
                .setEndpoint(Endpoint.newBuilder().setAddress(Addresses.of(address.host(), address.port())))
                .setHealthStatus(health)
                .setLoadBalancingWeight(UInt32Value.of(weight))
                .build();
    }

    private static HealthStatus health(Use use) {
        return switch (use) {
            case USABLE -> HealthStatus.HEALTHY;
            case UNUSABLE -> HealthStatus.UNHEALTHY;
            case DRAINING -> HealthStatus.DRAINING;
        };
    }

    /** gRPC drops what is draining, and refuses the gap that a level would leave. */
    private static List<Level> withoutGaps(List<Level> levels) {
        return levels.stream()
                .map(level -> new Level(level.shares().stream()
                        .map(Shares::withoutDraining)
                        .filter(share -> !share.endpoints().isEmpty())
                        .toList()))
                .filter(level -> !level.shares().isEmpty())
                .toList();
    }

    private static boolean hasUsable(List<Level> levels) {
        return levels.stream()
                .flatMap(level -> level.shares().stream())
                .flatMap(share -> share.endpoints().values().stream())
                .anyMatch(endpoint -> endpoint.use() == Use.USABLE);
    }

    private static int mostEndpoints(List<Level> levels) {
        return levels.stream()
                .mapToInt(level -> level.shares().stream()
                        .mapToInt(share -> share.endpoints().size())
                        .sum())
                .max()
                .orElse(1);
    }
}
