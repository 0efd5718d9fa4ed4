package dev.baton.failover;

import dev.baton.contract.Rules;
import dev.baton.contract.Topics;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * Client settings with which the takeover from a killed coordinator takes seconds. With Kafka's defaults it takes 46
 * s after a crash and 48 s after a clean stop.
 */
final class StreamsSettings {
    /** The group of all coordinators; the one that owns a partition decides for the fleets in it. */
    static final String APPLICATION = "baton-coordinator";

    /** The same for destinations. */
    static final String MESH_APPLICATION = APPLICATION + "-mesh";

    private StreamsSettings() {}

    static Properties of(CoordinatorConfig config, Rules knows, String unique) {
        return of(config, APPLICATION, CoordinatorGroup.clientId(knows, unique));
    }

    static Properties ofMeshes(CoordinatorConfig config, String unique) {
        Properties properties = of(config, MESH_APPLICATION, MESH_APPLICATION + "-" + unique);
        properties.put(StreamsConfig.POLL_MS_CONFIG, 20); // A mesh ticks twice a second at most.
        return properties;
    }

    private static Properties of(CoordinatorConfig config, String application, String clientId) {
        var properties = new Properties();
        properties.putAll(config.client());
        properties.putAll(Map.of(
                StreamsConfig.APPLICATION_ID_CONFIG, application,
                StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, config.bootstrap(),
                // Decisions are named by their cause, so repeating them is harmless; exactly-once would cost half a
                // commit interval a hop, and after a crash would stall readers until the broker ends the transaction.
                StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.AT_LEAST_ONCE,
                StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 200,
                StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1,
                // When no entry arrives, a due tick waits for at most this long.
                StreamsConfig.POLL_MS_CONFIG, 5,
                StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0));
        properties.put(StreamsConfig.CLIENT_ID_CONFIG, clientId);
        consumer(
                properties,
                ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
                Math.toIntExact(config.sessionTimeout().toMillis()));
        consumer(properties, ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 300);
        consumer(properties, ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        // A broker that hangs must not block the coordinator for the default 30 s.
        consumer(properties, ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, 1500);
        consumer(properties, ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 100);
        consumer(properties, ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500);
        consumer(properties, ConsumerConfig.METADATA_MAX_AGE_CONFIG, 10_000);
        // Streams waits 100 ms for more records unless told not to.
        producer(properties, ProducerConfig.LINGER_MS_CONFIG, 0);
        producer(properties, ProducerConfig.ACKS_CONFIG, "all");
        producer(properties, ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        producer(properties, ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 1000);
        producer(properties, ProducerConfig.RETRY_BACKOFF_MS_CONFIG, 20);
        // Nothing is that large; but a record that the producer refused would end the thread at each try.
        producer(properties, ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topics.LARGEST_RECORD);
        // If the producer gave up an entry and appended a later one, the first would be lost for good: the fold takes
        // origins in order.
        producer(properties, ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
        producer(properties, ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500);
        return properties;
    }

    private static void consumer(Properties properties, String name, Object value) {
        properties.put(StreamsConfig.consumerPrefix(name), value);
    }

    private static void producer(Properties properties, String name, Object value) {
        properties.put(StreamsConfig.producerPrefix(name), value);
    }
}
