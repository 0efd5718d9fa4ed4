package dev.baton.failover.topology;

import dev.baton.contract.FleetId;
import dev.baton.contract.Snapshot;
import dev.baton.contract.Topic;
import dev.baton.contract.Topics;
import dev.baton.contract.wire.Logs;
import dev.baton.contract.wire.PartitionReader;
import dev.baton.contract.wire.WireCodec;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Reads the past from Kafka. */
public final class KafkaHistory implements History {
    private static final int SNAPSHOT_WINDOW = 64;

    private final Map<String, Object> client;
    private final WireCodec codec;

    /** @param client at least {@code bootstrap.servers} */
    public KafkaHistory(Map<String, Object> client, WireCodec codec) {
        this.client = Map.copyOf(client);
        this.codec = codec;
    }

    @Override
    public <S extends Snapshot> List<S> snapshots(Class<S> kind, int partition, long offset) {
        try (var reader = new PartitionReader(client)) {
            var snapshots = new TopicPartition(Topics.SNAPSHOTS.name(), partition);
            long begin = reader.begin(snapshots);
            long end = reader.end(snapshots);
            // The latest ones are at the end: look further back only as long as there is none.
            for (long window = SNAPSHOT_WINDOW; ; window *= 4) {
                long from = Math.max(begin, end - window);
                var latest = new TreeMap<FleetId, S>();
                reader.read(snapshots, from, end, record -> {
                    Snapshot snapshot = codec.decode(Logs.SNAPSHOTS, record.value());
                    if (kind.isInstance(snapshot) && snapshot.offset() <= offset) {
                        latest.put(snapshot.fleet(), kind.cast(snapshot));
                    }
                });
                if (!latest.isEmpty() || from == begin) {
                    return new ArrayList<>(latest.values());
                }
            }
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
    public void compacted(List<Topic> topics, int partition, LastValues values) {
        try (var reader = new PartitionReader(client)) {
            for (Topic topic : topics) {
                var source = new TopicPartition(topic.name(), partition);
                var last = new TreeMap<String, byte[]>();
                reader.read(source, reader.begin(source), reader.end(source), record -> put(last, record));
                values.of(topic, last);
            }
        }
    }

    private static void tell(Entries entries, ConsumerRecord<byte[], byte[]> record) {
        entries.entry(record.offset(), Instant.ofEpochMilli(record.timestamp()), record.key(), record.value());
    }

    private static void put(SortedMap<String, byte[]> last, ConsumerRecord<byte[], byte[]> record) {
        String key = new String(record.key(), StandardCharsets.UTF_8);
        if (record.value() == null) {
            last.remove(key);
        } else {
            last.put(key, record.value());
        }
    }
}
