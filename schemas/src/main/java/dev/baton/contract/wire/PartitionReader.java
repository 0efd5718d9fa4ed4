package dev.baton.contract.wire;

import dev.baton.contract.FleetId;
import dev.baton.contract.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads ranges of partitions, with a client that belongs to no group. Used by one thread. */
public final class PartitionReader implements AutoCloseable {
    /** A read fails if it makes no progress for this long. */
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    private static final Duration POLL = Duration.ofMillis(100);

    private final KafkaConsumer<byte[], byte[]> consumer;

    /** @param client at least {@code bootstrap.servers} */
    public PartitionReader(Map<String, Object> client) {
        var settings = new HashMap<>(client);
        settings.put("enable.auto.commit", false);
        settings.put("auto.offset.reset", "earliest");
        settings.put("request.timeout.ms", 1000);
        settings.put("default.api.timeout.ms", 10_000);
        // Closing waits until the broker has answered the fetch that it holds back at the end of a log.
        settings.put("fetch.max.wait.ms", 10);
        consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /**
     * The partition of the fleet in this topic.
     *
     * @throws org.apache.kafka.common.errors.UnknownTopicOrPartitionException if the topic does not exist yet
     */
    public TopicPartition source(Topic topic, FleetId fleet) {
        return Partitions.source(topic, fleet, consumer.partitionsFor(topic.name()));
    }

    /** Offset of the oldest entry that is kept. */
    public long begin(TopicPartition source) {
        return of(consumer.beginningOffsets(List.of(source)), source);
    }

    /** Offset that the next entry will have. */
    public long end(TopicPartition source) {
        return of(consumer.endOffsets(List.of(source)), source);
    }

    /** Offset of the oldest entry that was appended at this time or later; the end if there is none. */
    public long since(TopicPartition source, Instant at) {
        OffsetAndTimestamp found =
                consumer.offsetsForTimes(Map.of(source, at.toEpochMilli())).get(source);
        return found == null ? end(source) : found.offset();
    }

    private static long of(Map<TopicPartition, Long> offsets, TopicPartition partition) {
        return Objects.requireNonNull(offsets.get(partition), () -> partition + " was asked for");
    }

    /**
     * Reads the entries {@code from} up to, not including, {@code to}; both within the log.
     *
     * @throws TimeoutException if nothing comes for 20 s
     */
    public void read(TopicPartition source, long from, long to, Consumer<ConsumerRecord<byte[], byte[]>> sink) {
        consumer.assign(List.of(source));
        consumer.seek(source, from);
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        // Compaction leaves gaps, also at the end: the position, not the last entry, says how far it was read.
        while (consumer.position(source) < to) {
            var records = consumer.poll(POLL);
            for (ConsumerRecord<byte[], byte[]> record : records) {
                if (record.offset() < to) {
                    sink.accept(record);
                }
            }
            if (!records.isEmpty()) {
                deadline = System.nanoTime() + DEADLINE.toNanos();
            } else if (System.nanoTime() - deadline > 0) {
                throw new TimeoutException(source + " gave nothing at offset " + consumer.position(source) + " of " + to
                        + " for " + DEADLINE.toSeconds() + "s");
            }
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
