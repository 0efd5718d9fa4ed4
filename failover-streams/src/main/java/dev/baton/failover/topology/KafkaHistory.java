package dev.baton.failover.topology;

import dev.baton.contract.FleetId;
import dev.baton.contract.LivenessSnapshot;
import dev.baton.contract.StateAt;
import dev.baton.contract.Topic;
import dev.baton.contract.Topics;
import dev.baton.contract.mesh.MeshSnapshot;
import dev.baton.contract.wire.Key;
import dev.baton.contract.wire.Log;
import dev.baton.contract.wire.Logs;
import dev.baton.contract.wire.PartitionReader;
import dev.baton.contract.wire.WireCodec;
import dev.baton.failover.runner.Past;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Reads the past from Kafka. */
public final class KafkaHistory implements History {
    private static final int WINDOW = 64;
    /** Of records that hold whole states, and take long to decode. */
    private static final int SNAPSHOTS_WINDOW = 4;

    private final Map<String, Object> client;
    private final WireCodec codec;

    /** @param client at least {@code bootstrap.servers} */
    public KafkaHistory(Map<String, Object> client, WireCodec codec) {
        this.client = Map.copyOf(client);
        this.codec = codec;
    }

    @Override
    public <S extends StateAt> Past.Snapshots<S> snapshots(Class<S> kind, int partition, long offset) {
        try (var reader = new PartitionReader(client)) {
            if (MeshSnapshot.class.isAssignableFrom(kind)) {
                return snapshots(reader, Topics.MESH_SNAPSHOTS, Logs.MESH_SNAPSHOTS, kind, partition, offset);
            }
            if (kind.equals(LivenessSnapshot.class)) {
                Past.Snapshots<S> found =
                        snapshots(reader, Topics.LIVENESS_SNAPSHOTS, Logs.SNAPSHOTS, kind, partition, offset);
                if (found.wholeAt().isPresent()) {
                    return found;
                }
            }
            // Of liveness, also: after an outage of more than a day, and if an older release wrote them.
            return snapshots(reader, Topics.SNAPSHOTS, Logs.SNAPSHOTS, kind, partition, offset);
        }
    }

    private <S extends StateAt> Past.Snapshots<S> snapshots(
            PartitionReader reader,
            Topic topic,
            Log<? extends StateAt> log,
            Class<S> kind,
            int partition,
            long offset) {
        var snapshots = new TopicPartition(topic.name(), partition);
        long begin = reader.begin(snapshots);
        long end = reader.end(snapshots);
        // The latest ones are at the end: look further back only until one round of all fleets is whole.
        for (long window = SNAPSHOTS_WINDOW; ; window *= 4) {
            long from = Math.max(begin, end - window);
            var rounds = new SnapshotRecords<>(codec, log, kind, offset);
            reader.read(snapshots, from, end, rounds::add);
            Past.Snapshots<S> found = rounds.found();
            if (found.wholeAt().isPresent() || from == begin) {
                return found;
            }
        }
    }

    @Override
    public long begin(Topic topic, int partition) {
        try (var reader = new PartitionReader(client)) {
            return reader.begin(new TopicPartition(topic.name(), partition));
        }
    }

    @Override
    public long end(Topic topic, int partition) {
        try (var reader = new PartitionReader(client)) {
            return reader.end(new TopicPartition(topic.name(), partition));
        }
    }

    @Override
    public Optional<FleetId> newest(Topic topic, int partition) {
        try (var reader = new PartitionReader(client)) {
            var source = new TopicPartition(topic.name(), partition);
            long begin = reader.begin(source);
            long end = reader.end(source);
            for (long window = WINDOW; ; window *= 4) {
                long from = Math.max(begin, end - window);
                var newest = new ArrayDeque<FleetId>();
                reader.read(source, from, end, record -> fleetOf(record).ifPresent(newest::addLast));
                if (!newest.isEmpty() || from == begin) {
                    return Optional.ofNullable(newest.peekLast());
                }
            }
        }
    }

    private static Optional<FleetId> fleetOf(ConsumerRecord<byte[], byte[]> record) {
        try {
            return Optional.of(Key.of(record.key()).fleet());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override
    public void read(Topic topic, int partition, long from, long to, Entries entries) {
        try (var reader = new PartitionReader(client)) {
            var source = new TopicPartition(topic.name(), partition);
            reader.read(source, Math.max(reader.begin(source), from), to, record -> tell(entries, record));
        }
    }

    @Override
    public Followed follow(List<Topic> topics, int partition, Records records) {
        return new FollowedLogs(client, topics, partition, records);
    }

    private static void tell(Entries entries, ConsumerRecord<byte[], byte[]> record) {
        entries.entry(
                record.offset(),
                Instant.ofEpochMilli(record.timestamp()),
                record.key(),
                record.value(),
                record.headers());
    }
}
