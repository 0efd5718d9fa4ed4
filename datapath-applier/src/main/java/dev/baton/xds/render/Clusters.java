package dev.baton.xds.render;

import com.google.protobuf.Duration;
import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.CommonLbConfig;
import io.envoyproxy.envoy.config.cluster.v3.OutlierDetection;
import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.type.v3.Percent;

/** Clusters without their endpoints: what a proxy does by itself, in milliseconds and without us. */
final class Clusters {
    static final ConfigSource ADS = ConfigSource.newBuilder()
            .setAds(AggregatedConfigSource.getDefaultInstance())
            .setResourceApiVersion(ApiVersion.V3)
            .build();

    /** Envoy's default of 3 at once loses a fifth of the requests that a retry would have saved. */
    private static final int RETRIES_AT_ONCE = 1024;

    private Clusters() {}

    /** For levels. gRPC reads an outlier detection in another way, so it gets none. */
    static Cluster levelled(String name, ClientKind kind) {
        Cluster.Builder cluster = common(name);
        cluster.getCommonLbConfigBuilder()
                .setLocalityWeightedLbConfig(CommonLbConfig.LocalityWeightedLbConfig.getDefaultInstance());
        return switch (kind) {
            case ENVOY -> cluster.setOutlierDetection(outlierDetection()).build();
            case GRPC -> cluster.build();
        };
    }

    /** For one member among weights. Whatever its health, its share stays its own. */
    static Cluster weighted(String name) {
        Cluster.Builder cluster = common(name);
        cluster.getCommonLbConfigBuilder().setHealthyPanicThreshold(Percent.getDefaultInstance());
        return cluster.build();
    }

    private static Cluster.Builder common(String name) {
        Cluster.Builder cluster = Cluster.newBuilder()
                .setName(name)
                .setType(Cluster.DiscoveryType.EDS)
                .setEdsClusterConfig(Cluster.EdsClusterConfig.newBuilder().setEdsConfig(ADS))
                .setLbPolicy(Cluster.LbPolicy.ROUND_ROBIN)
                .setConnectTimeout(Durations.ofSeconds(1))
                .setCircuitBreakers(CircuitBreakers.newBuilder()
                        .addThresholds(CircuitBreakers.Thresholds.newBuilder()
                                .setMaxRetries(UInt32Value.of(RETRIES_AT_ONCE))));
        // The default of 1 s is the time that a host which fails again after its return still gets traffic.
        cluster.getCommonLbConfigBuilder().setUpdateMergeWindow(Duration.getDefaultInstance());
        return cluster;
    }

    /** With 50 % of two backends the second is never ejected too. */
    private static OutlierDetection outlierDetection() {
        return OutlierDetection.newBuilder()
                .setConsecutive5Xx(UInt32Value.of(1))
                .setEnforcingConsecutiveGatewayFailure(UInt32Value.of(0))
                .setInterval(Durations.ofSeconds(2))
                .setBaseEjectionTime(Durations.ofSeconds(10))
                .setMaxEjectionPercent(UInt32Value.of(50))
                .build();
    }
}
