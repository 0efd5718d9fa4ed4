package dev.baton.failover.topology;

import dev.baton.contract.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Follows compacted logs with a client that belongs to no group and is never waited for. */
final class FollowedLogs implements History.Followed {
    /** The thread that reads has ticks to send. */
    private static final Duration AT_MOST = Duration.ofMillis(20);

    private final Map<TopicPartition, Topic> topics = new HashMap<>();
    private final Map<TopicPartition, Long> next = new HashMap<>();
    private final History.Records records;
    private final KafkaConsumer<byte[], byte[]> consumer;

    FollowedLogs(Map<String, Object> client, List<Topic> topics, int partition, History.Records records) {
        topics.forEach(topic -> this.topics.put(new TopicPartition(topic.name(), partition), topic));
        this.records = records;
        var settings = new HashMap<>(client);
        settings.put("enable.auto.commit", false);
        settings.put("allow.auto.create.topics", false);
        // Compaction may have taken away where we stood; what it left is all that counts.
        settings.put("auto.offset.reset", "earliest");
        consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.assign(this.topics.keySet());
        consumer.seekToBeginning(this.topics.keySet());
    }

    @Override
    public boolean read() {
        try {
            long until = System.nanoTime() + AT_MOST.toNanos();
            ConsumerRecords<byte[], byte[]> some;
            do {
                some = consumer.poll(Duration.ZERO);
                some.forEach(this::take);
            } while (!some.isEmpty() && System.nanoTime() - until < 0);
            return topics.keySet().stream()
                    .allMatch(source -> consumer.currentLag(source).orElse(1) == 0);
        } catch (KafkaException e) {
            return false; // Kafka is away, as all that this thread needs: it is read on when Kafka is back.
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        var source = new TopicPartition(record.topic(), record.partition());
        Topic topic = topics.get(source);
        if (topic == null) {
            return;
        }
        if (record.offset() < next.getOrDefault(source, 0L)) {
            records.beganAnew(topic);
        }
        next.put(source, record.offset() + 1);
        records.record(topic, record.key(), record.value());
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ZERO));
    }
}
