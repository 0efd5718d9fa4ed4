package dev.baton.failover;

import dev.baton.contract.Topics;
import dev.baton.failover.topology.SideLog;
import dev.baton.metrics.Counters;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A producer and a thread of their own, with a queue between them and the folds. */
public final class KafkaSideLog implements SideLog, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("baton.coordinator");
    /** Of all that wait; the snapshot of a fleet of 5,000 nodes takes 3 MB. */
    private static final long MOST_BYTES = Topics.LARGEST_RECORD;

    private static final Duration LOOK_EVERY = Duration.ofMillis(100);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(2);

    private final Map<String, Object> settings;
    private final Counters counters;
    private final LinkedBlockingQueue<ProducerRecord<byte[], byte[]>> queue = new LinkedBlockingQueue<>();
    private final AtomicLong bytes = new AtomicLong();
    private final Thread thread = new Thread(this::run, "coordinator-side-log");
    private volatile boolean anew;
    private volatile boolean closed;
    private volatile boolean failing;

    /** @param client at least {@code bootstrap.servers} */
    KafkaSideLog(Map<String, Object> client, Counters counters) {
        this.counters = counters;
        settings = producerSettings(client);
        thread.setDaemon(true);
    }

    /** @param client at least {@code bootstrap.servers} */
    public static Map<String, Object> producerSettings(Map<String, Object> client) {
        var settings = new HashMap<>(client);
        settings.put("acks", "all");
        settings.put("max.request.size", Topics.LARGEST_RECORD);
        // A snapshot is written many times and hardly ever read; Java's own codec needs no native library.
        settings.put("compression.type", "gzip");
        settings.put("buffer.memory", 2 * MOST_BYTES);
        settings.put("max.block.ms", 5_000);
        settings.put("request.timeout.ms", 5_000);
        settings.put("delivery.timeout.ms", 15_000);
        settings.put("reconnect.backoff.max.ms", 500);
        return settings;
    }

    void start() {
        thread.start();
    }

    @Override
    public void offer(ProducerRecord<byte[], byte[]> record) {
        if (bytes.get() + sizeOf(record) > MOST_BYTES && bytes.get() > 0) {
            failed(record.topic(), "too many wait");
            return;
        }
        bytes.addAndGet(sizeOf(record));
        queue.add(record);
    }

    private static long sizeOf(ProducerRecord<byte[], byte[]> record) {
        return record.value() == null ? 0 : record.value().length;
    }

    /** With a new client: one that waits by a wall clock that was set back would wait for as long. */
    void startAnew() {
        anew = true;
    }

    private void run() {
        Optional<KafkaProducer<byte[], byte[]>> producer = Optional.empty();
        try {
            while (!closed || !queue.isEmpty()) {
                var record = queue.poll(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
                if (anew) {
                    anew = false;
                    producer.ifPresent(old -> old.close(Duration.ZERO));
                    producer = Optional.empty();
                }
                if (record != null) {
                    bytes.addAndGet(-sizeOf(record));
                    producer = producer.or(() -> Optional.of(
                            new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())));
                    send(producer.get(), record);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            producer.ifPresent(last -> last.close(CLOSE_WITHIN));
        }
    }

    private void send(KafkaProducer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> record) {
        try {
            producer.send(record, (written, failure) -> {
                if (failure == null) {
                    failing = false;
                } else {
                    failed(record.topic(), failure.toString());
                }
            });
        } catch (KafkaException | IllegalStateException e) {
            failed(record.topic(), e.toString());
        }
    }

    /** Said once, until one is written again. */
    private void failed(String topic, String reason) {
        counters.add("baton_coordinator_side_records_dropped_total", "log", topic);
        if (!failing) {
            LOG.warn("event=side_record_dropped log={} reason=\"{}\"", topic, reason);
        }
        failing = true;
    }

    /** Writes what is there, if Kafka takes it soon. */
    @Override
    public void close() {
        closed = true;
        try {
            if (!thread.join(CLOSE_WITHIN.plusSeconds(1))) {
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
