package dev.baton.launcher.client;

import dev.baton.contract.FleetId;
import dev.baton.contract.Topics;
import dev.baton.contract.mesh.MeshEntry;
import dev.baton.contract.mesh.RoutingSnapshot;
import dev.baton.contract.wire.Logs;
import dev.baton.contract.wire.Partitions;
import dev.baton.contract.wire.Undecodable;
import dev.baton.contract.wire.WireCodec;
import dev.baton.failover.routing.MeshState;
import dev.baton.failover.routing.Routing;
import dev.baton.failover.topology.KafkaHistory;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Folds a mesh's log as the coordinator does, and so knows what the coordinator knows without asking it. */
public final class MeshFollower implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(15);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final WireCodec codec;
    private final TopicPartition source;
    private MeshState state;

    /** Is notified of each entry and its outcome. */
    @FunctionalInterface
    public interface Listener {
        void folded(long offset, MeshEntry entry, Routing.Outcome outcome);
    }

    /**
     * @param client at least {@code bootstrap.servers}
     * @throws org.apache.kafka.common.errors.UnknownTopicOrPartitionException if no coordinator has created the logs
     *     yet
     */
    public MeshFollower(Map<String, Object> client, WireCodec codec, FleetId mesh) {
        var properties = new HashMap<>(client);
        properties.put("enable.auto.commit", "false");
        properties.put("auto.offset.reset", "earliest");
        properties.put("fetch.max.wait.ms", "100");
        this.codec = codec;
        this.state = MeshState.start(mesh);
        this.consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        try {
            this.source = Partitions.source(Topics.MESH, mesh, consumer.partitionsFor(Topics.MESH.name()));
            consumer.assign(List.of(source));
            consumer.seekToBeginning(List.of(source));
            adoptSnapshot(client);
        } catch (RuntimeException e) {
            consumer.close();
            throw e;
        }
    }

    private void adoptSnapshot(Map<String, Object> client) {
        for (RoutingSnapshot snapshot : new KafkaHistory(client, codec)
                .snapshots(RoutingSnapshot.class, source.partition(), Long.MAX_VALUE)
                .latest()) {
            if (snapshot.fleet().equals(state.mesh())) {
                state = MeshState.of(snapshot);
                consumer.seek(source, snapshot.offset());
            }
        }
    }

    public MeshState state() {
        return state;
    }

    /** Folds the new entries, and waits for the first one at most this long. */
    public void poll(Duration wait, Listener listener) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(wait)) {
            fold(record, listener);
        }
    }

    /** Folds up to the present end of the log. */
    public MeshState catchUp() {
        long end = Objects.requireNonNull(consumer.endOffsets(List.of(source)).get(source));
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        while (consumer.position(source) < end) {
            poll(Duration.ofMillis(100), (offset, entry, outcome) -> {});
            if (System.nanoTime() > deadline) {
                throw new TimeoutException(source + " gave nothing at offset " + consumer.position(source));
            }
        }
        return state;
    }

    private void fold(ConsumerRecord<byte[], byte[]> record, Listener listener) {
        MeshEntry entry;
        try {
            entry = codec.decode(Logs.MESH, record.value());
        } catch (Undecodable e) {
            return;
        }
        if (entry.mesh().equals(state.mesh())) {
            Routing.Outcome outcome = Routing.orPassedOver(state, record.offset(), entry, bug -> {});
            state = outcome.state();
            listener.folded(record.offset(), entry, outcome);
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
