package dev.baton.failover;

import dev.baton.contract.FleetId;
import dev.baton.contract.FleetSnapshot;
import dev.baton.contract.LivenessSnapshot;
import dev.baton.contract.StateAt;
import dev.baton.contract.Topic;
import dev.baton.contract.Topics;
import dev.baton.contract.mesh.HealthSnapshot;
import dev.baton.contract.mesh.RoutingSnapshot;
import dev.baton.contract.wire.Partitions;
import dev.baton.failover.runner.IncompletePast;
import dev.baton.failover.topology.KafkaHistory;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/**
 * Whether each log goes as far as it was read. Where one does not, Kafka would begin it again without a word, and a
 * quiet log would not be looked at before its next entry.
 */
public final class LogEnds {
    private static final String UNKNOWN = "how far the logs were read is not known: ";

    private LogEnds() {}

    /**
     * Up to which offset the coordinators' group has read a fleet's part of a log; everything that follows from entries
     * before it was said. 0 if no coordinator has read it yet.
     *
     * @param client at least {@code bootstrap.servers}
     * @throws IllegalStateException if the brokers refuse to tell
     */
    public static long readUpTo(Map<String, Object> client, Topic topic, FleetId fleet) throws InterruptedException {
        return readUpTo(client, StreamsSettings.APPLICATION, topic, fleet);
    }

    /**
     * The same of a mesh's part of a log.
     *
     * @throws IllegalStateException as {@link #readUpTo(Map, Topic, FleetId)}
     */
    public static long readUpToOfMesh(Map<String, Object> client, Topic topic, FleetId mesh)
            throws InterruptedException {
        return readUpTo(client, StreamsSettings.MESH_APPLICATION, topic, mesh);
    }

    private static long readUpTo(Map<String, Object> client, String group, Topic topic, FleetId fleet)
            throws InterruptedException {
        var part = new TopicPartition(topic.name(), Partitions.of(fleet));
        try (Admin admin = Admin.create(client)) {
            return readUpTo(admin, group).getOrDefault(part, 0L);
        } catch (ExecutionException e) {
            throw new IllegalStateException(UNKNOWN + e.getCause(), e);
        }
    }

    /**
     * @param client at least {@code bootstrap.servers}
     * @throws IncompletePast if a log ends before what the coordinators' group has read of it, or before its newest
     *     snapshot
     * @throws IllegalStateException if the brokers refuse to tell
     */
    static void check(Map<String, Object> client, KafkaHistory history) throws InterruptedException {
        try (Admin admin = Admin.create(client)) {
            checkReadUpTo(admin, StreamsSettings.APPLICATION);
        } catch (ExecutionException e) {
            throw new IllegalStateException(UNKNOWN + e.getCause(), e);
        }
        for (int partition = 0; partition < Topics.PARTITIONS; partition++) {
            checkSnapshots(history, Topics.HEARTBEATS, LivenessSnapshot.class, partition);
            checkSnapshots(history, Topics.FLEET, FleetSnapshot.class, partition);
        }
    }

    /**
     * The same of the logs of meshes.
     *
     * @param client at least {@code bootstrap.servers}
     * @throws IncompletePast as {@link #check}
     * @throws IllegalStateException if the brokers refuse to tell
     */
    static void checkOfMeshes(Map<String, Object> client, KafkaHistory history) throws InterruptedException {
        try (Admin admin = Admin.create(client)) {
            checkReadUpTo(admin, StreamsSettings.MESH_APPLICATION);
        } catch (ExecutionException e) {
            throw new IllegalStateException(UNKNOWN + e.getCause(), e);
        }
        for (int partition = 0; partition < Topics.PARTITIONS; partition++) {
            checkSnapshots(history, Topics.HEALTH, HealthSnapshot.class, partition);
            checkSnapshots(history, Topics.MESH, RoutingSnapshot.class, partition);
        }
    }

    private static SortedMap<TopicPartition, Long> readUpTo(Admin admin, String group)
            throws InterruptedException, ExecutionException {
        var read = new TreeMap<TopicPartition, Long>(Comparator.comparing(TopicPartition::toString));
        admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get()
                .forEach((partition, committed) -> {
                    if (committed != null) {
                        read.put(partition, committed.offset());
                    }
                });
        return read;
    }

    private static void checkReadUpTo(Admin admin, String group) throws InterruptedException, ExecutionException {
        var topics = admin.listTopics().names().get();
        SortedMap<TopicPartition, Long> read = readUpTo(admin, group);
        read.keySet().removeIf(partition -> !topics.contains(partition.topic()));
        var asked = new HashMap<TopicPartition, OffsetSpec>();
        read.keySet().forEach(partition -> asked.put(partition, OffsetSpec.latest()));
        var ends = admin.listOffsets(asked);
        for (Map.Entry<TopicPartition, Long> one : read.entrySet()) {
            long end = ends.partitionResult(one.getKey()).get().offset();
            if (one.getValue() > end) {
                throw IncompletePast.readBeyond(one.getKey().toString(), one.getValue(), end);
            }
        }
    }

    private static <S extends StateAt> void checkSnapshots(
            KafkaHistory history, Topic log, Class<S> kind, int partition) {
        var snapshots = history.snapshots(kind, partition, Long.MAX_VALUE);
        snapshots.requireWithin(log.name() + "-" + partition, history.end(log, partition));
    }
}
