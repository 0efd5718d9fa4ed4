package dev.baton.failover.replay;

import dev.baton.contract.FleetId;
import dev.baton.contract.wire.Key;
import dev.baton.contract.wire.Log;
import dev.baton.contract.wire.Partitions;
import dev.baton.contract.wire.Undecodable;
import dev.baton.contract.wire.WireCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads one fleet's part of a log, from its oldest kept entry to what is its end now. */
public final class LogReader implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    private final Consumer<byte[], byte[]> consumer;
    private final WireCodec codec;
    private final FleetId fleet;

    /** @param client at least {@code bootstrap.servers} */
    public LogReader(Map<String, Object> client, WireCodec codec, FleetId fleet) {
        var properties = new HashMap<>(client);
        properties.put("enable.auto.commit", "false");
        properties.put("auto.offset.reset", "earliest");
        properties.put("default.api.timeout.ms", "10000");
        this.consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.codec = codec;
        this.fleet = fleet;
    }

    /** Tombstones, other fleets' entries and bytes that are no record are left out, as the folds leave them out. */
    public <T> List<LogEntry<T>> read(Log<T> log) {
        TopicPartition source = sourceOf(log);
        consumer.assign(List.of(source));
        consumer.seekToBeginning(List.of(source));
        long end = Objects.requireNonNull(consumer.endOffsets(List.of(source)).get(source));
        var entries = new ArrayList<LogEntry<T>>();
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        while (consumer.position(source) < end) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                add(log, record, end, entries);
                deadline = System.nanoTime() + DEADLINE.toNanos();
            }
            if (System.nanoTime() > deadline) {
                throw new TimeoutException(source + " gave nothing at offset " + consumer.position(source));
            }
        }
        return entries;
    }

    /** Whether nothing of the log's beginning has been removed; other fleets may have been first in it. */
    public boolean isWhole(Log<?> log) {
        TopicPartition source = sourceOf(log);
        return Objects.requireNonNull(consumer.beginningOffsets(List.of(source)).get(source)) == 0;
    }

    private TopicPartition sourceOf(Log<?> log) {
        String topic = log.topic().name();
        return new TopicPartition(
                topic, Partitions.of(fleet, consumer.partitionsFor(topic).size()));
    }

    private <T> void add(Log<T> log, ConsumerRecord<byte[], byte[]> record, long end, List<LogEntry<T>> entries) {
        if (record.value() == null || record.key() == null || record.offset() >= end) {
            return;
        }
        try {
            var key = Key.parse(new String(record.key(), StandardCharsets.UTF_8));
            if (key.fleet().equals(fleet)) {
                entries.add(new LogEntry<>(
                        record.offset(),
                        Instant.ofEpochMilli(record.timestamp()),
                        fleet,
                        codec.decode(log, record.value())));
            }
        } catch (Undecodable | IllegalArgumentException e) {
            // The folds pass it over too, and told so when they did.
            return;
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
