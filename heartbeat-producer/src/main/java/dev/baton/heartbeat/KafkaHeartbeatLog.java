package dev.baton.heartbeat;

import dev.baton.contract.FleetId;
import dev.baton.contract.Heartbeat;
import dev.baton.contract.LivenessEvent;
import dev.baton.contract.Timings;
import dev.baton.contract.wire.Logs;
import dev.baton.contract.wire.Partitions;
import dev.baton.contract.wire.StatedLease;
import dev.baton.contract.wire.WireCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * {@code baton.heartbeats}. What cannot be delivered within a third of the timeout is dropped: the log stamps what it
 * appends, so a late heartbeat would look fresh. Memory is bounded by that and by a small buffer, however long the
 * brokers are away.
 */
public final class KafkaHeartbeatLog implements HeartbeatLog {
    private final FleetId fleet;
    private final int partition;
    private final Map<String, Object> settings;
    private final WireCodec codec;
    private Optional<KafkaProducer<byte[], byte[]>> producer = Optional.empty();
    private boolean closed;

    /**
     * @param codec has its ids already: a heartbeat must not wait for them
     * @param client at least {@code bootstrap.servers}; further settings of Kafka's client, such as those of its
     *     security
     */
    public KafkaHeartbeatLog(FleetId fleet, WireCodec codec, Timings timings, Map<String, Object> client) {
        this.fleet = fleet;
        this.codec = codec;
        this.partition = Partitions.of(fleet);
        this.settings = new HashMap<>(client);
        settings.putAll(promptness(timings));
    }

    /**
     * How long Kafka may take to acknowledge a heartbeat. To give up sooner would save nothing: a slow broker appends
     * the heartbeat all the same, and the coordinator counts it; only the node would not know, and would lose its
     * lease while it is alive. The client also gives up its connection with the request, and the heartbeats behind it
     * wait for another.
     */
    static Duration delivery(Timings timings) {
        Duration third = timings.eipEvictionTimeout().dividedBy(3);
        Duration period = timings.tunnelUpdatePeriod();
        return period.compareTo(third) > 0 ? period : third;
    }

    private static Map<String, Object> promptness(Timings timings) {
        int delivery = Math.toIntExact(delivery(timings).toMillis());
        var settings = new HashMap<String, Object>();
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        // One at a time keeps the order; a repetition does no harm, since the fold takes a sequence once.
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, false);
        settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, delivery);
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, delivery);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, delivery / 2);
        settings.put(ProducerConfig.METRIC_REPORTER_CLASSES_CONFIG, List.of());
        settings.put(ProducerConfig.ENABLE_METRICS_PUSH_CONFIG, false);
        settings.put(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, 50);
        settings.put(ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG, 200);
        settings.put(ProducerConfig.RECONNECT_BACKOFF_MS_CONFIG, 50);
        settings.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500);
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 4096);
        settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 1 << 20);
        return settings;
    }

    /**
     * Begins to connect, on a thread of its own: a process that goes on with a session has only what is left of its
     * lease for its first heartbeat.
     */
    public void connect() {
        var thread = new Thread(
                () -> {
                    try {
                        producer().partitionsFor(Logs.HEARTBEATS.topic().name());
                    } catch (KafkaException | IllegalStateException e) {
                        return; // the first heartbeat tries again
                    }
                },
                "heartbeat-connect");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void append(LivenessEvent event, Delivery delivery) {
        byte[] key = Logs.HEARTBEATS.keyOf(fleet, event).toString().getBytes(StandardCharsets.UTF_8);
        try {
            byte[] value = codec.encode(Logs.HEARTBEATS, event);
            var record = new ProducerRecord<>(Logs.HEARTBEATS.topic().name(), partition, key, value, headers(event));
            producer().send(record, (metadata, error) -> {
                if (error == null) {
                    delivery.acknowledged();
                } else {
                    delivery.failed(String.valueOf(error.getMessage()));
                }
            });
        } catch (KafkaException | IllegalStateException e) {
            // No broker's name resolves yet, or the log was closed meanwhile.
            delivery.failed(String.valueOf(e.getMessage()));
        }
    }

    private static Headers headers(LivenessEvent event) {
        return event instanceof Heartbeat heartbeat ? StatedLease.headers(heartbeat) : new RecordHeaders();
    }

    private synchronized KafkaProducer<byte[], byte[]> producer() {
        if (closed) {
            throw new IllegalStateException("the heartbeat log is closed");
        }
        if (producer.isEmpty()) {
            producer = Optional.of(new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer()));
        }
        return producer.get();
    }

    /**
     * Goes on with a new client: one that has lost its connection waits by the wall clock before it connects again, for
     * an hour if that was set back by an hour. What is not acknowledged by now is lost.
     */
    public void reconnect() {
        Optional<KafkaProducer<byte[], byte[]>> old;
        synchronized (this) {
            old = producer;
            producer = Optional.empty();
        }
        // Without the lock: it also ends an append that waits in this client, and no other may wait for that.
        old.ifPresent(client -> client.close(Duration.ZERO));
    }

    /** At once: what is not acknowledged by now is lost. */
    @Override
    public synchronized void close() {
        closed = true;
        producer.ifPresent(running -> running.close(Duration.ZERO));
    }
}
