package dev.baton.agent;

import java.util.Optional;
import org.apache.kafka.common.ClusterResource;
import org.apache.kafka.common.ClusterResourceListener;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Learns from a consumer's own metadata which cluster it reads: Kafka tells listeners that are deserializers too, and
 * an administrative client for this alone would cost every node a connection and its memory.
 */
final class ClusterWatch extends ByteArrayDeserializer implements ClusterResourceListener {
    private volatile Optional<String> cluster = Optional.empty();

    @Override
    public void onUpdate(ClusterResource resource) {
        if (resource.clusterId() != null) {
            cluster = Optional.of(resource.clusterId());
        }
    }

    Optional<String> cluster() {
        return cluster;
    }
}
