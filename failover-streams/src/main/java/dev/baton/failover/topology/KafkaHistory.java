package dev.baton.failover.topology;

import dev.baton.contract.FleetId;
import dev.baton.contract.Snapshot;
import dev.baton.contract.Topic;
import dev.baton.contract.Topics;
import dev.baton.contract.wire.Logs;
import dev.baton.contract.wire.WireCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads the past from Kafka, with a client of its own that belongs to no group. */
public final class KafkaHistory implements History {
    /** A read that makes no progress for this long is given up; the task then starts again. */
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    private static final int SNAPSHOT_WINDOW = 64;

    private final Map<String, Object> clientSettings;
    private final WireCodec codec;

    /** @param clientSettings at least {@code bootstrap.servers} */
    public KafkaHistory(Map<String, Object> clientSettings, WireCodec codec) {
        this.clientSettings = Map.copyOf(clientSettings);
        this.codec = codec;
    }

    @Override
    public <S extends Snapshot> List<S> snapshots(Class<S> kind, int partition, long offset) {
        try (Consumer<byte[], byte[]> consumer = consumer()) {
            var snapshots = new TopicPartition(Topics.SNAPSHOTS.name(), partition);
            consumer.assign(List.of(snapshots));
            long begin = of(consumer.beginningOffsets(List.of(snapshots)), snapshots);
            long end = of(consumer.endOffsets(List.of(snapshots)), snapshots);
            // The latest ones are at the end: look further back only as long as there is none.
            for (long window = SNAPSHOT_WINDOW; ; window *= 4) {
                long from = Math.max(begin, end - window);
                var latest = new TreeMap<FleetId, S>();
                read(consumer, snapshots, from, end, record -> {
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
    public void read(Topic topic, int partition, long from, long to, Reader reader) {
        try (Consumer<byte[], byte[]> consumer = consumer()) {
            var source = new TopicPartition(topic.name(), partition);
            consumer.assign(List.of(source));
            long begin = of(consumer.beginningOffsets(List.of(source)), source);
            read(
                    consumer,
                    source,
                    Math.max(begin, from),
                    to,
                    record -> reader.entry(
                            record.offset(), Instant.ofEpochMilli(record.timestamp()), record.key(), record.value()));
        }
    }

    @Override
    public SortedMap<String, byte[]> compacted(Topic topic, int partition) {
        try (Consumer<byte[], byte[]> consumer = consumer()) {
            var source = new TopicPartition(topic.name(), partition);
            consumer.assign(List.of(source));
            long begin = of(consumer.beginningOffsets(List.of(source)), source);
            long end = of(consumer.endOffsets(List.of(source)), source);
            var last = new TreeMap<String, byte[]>();
            read(consumer, source, begin, end, record -> {
                String key = new String(record.key(), StandardCharsets.UTF_8);
                if (record.value() == null) {
                    last.remove(key);
                } else {
                    last.put(key, record.value());
                }
            });
            return last;
        }
    }

    private static long of(Map<TopicPartition, Long> offsets, TopicPartition partition) {
        return Objects.requireNonNull(offsets.get(partition), () -> partition + " was asked for");
    }

    private interface Sink {
        void accept(ConsumerRecord<byte[], byte[]> record);
    }

    private static void read(Consumer<byte[], byte[]> consumer, TopicPartition source, long from, long to, Sink sink) {
        consumer.seek(source, from);
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        while (consumer.position(source) < to) {
            var records = consumer.poll(Duration.ofMillis(100));
            for (ConsumerRecord<byte[], byte[]> record : records) {
                if (record.offset() < to) {
                    sink.accept(record);
                }
            }
            if (!records.isEmpty()) {
                deadline = System.nanoTime() + DEADLINE.toNanos();
            } else if (System.nanoTime() > deadline) {
                throw new TimeoutException(source + " gave nothing at offset " + consumer.position(source) + " of " + to
                        + " for " + DEADLINE.toSeconds() + "s");
            }
        }
    }

    private Consumer<byte[], byte[]> consumer() {
        var properties = new Properties();
        properties.putAll(clientSettings);
        properties.put("enable.auto.commit", "false");
        properties.put("auto.offset.reset", "earliest");
        properties.put("request.timeout.ms", "1000");
        properties.put("default.api.timeout.ms", "10000");
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
