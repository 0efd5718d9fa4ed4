package dev.baton.launcher.mesh;

import dev.baton.contract.FleetId;
import dev.baton.contract.mesh.HealthEvent;
import dev.baton.contract.wire.Logs;
import dev.baton.contract.wire.WireCodec;
import dev.baton.metrics.Counters;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends to {@code baton.health} without ever making the caller wait. While Kafka is away reports are dropped when too
 * many wait: each says how things stand, and the next one says it again.
 */
public final class HealthLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("baton.health");
    private static final int MOST_WAITING = 100_000;
    private static final Duration LOOK_EVERY = Duration.ofMillis(50);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(3);
    private static final String DROPPED = "baton_health_reports_dropped_total";

    private final BlockingQueue<HealthEvent> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final Thread thread =
            Thread.ofPlatform().name("health-log").daemon().unstarted(this::run);
    private final KafkaProducer<byte[], byte[]> producer;
    private final WireCodec codec;
    private final FleetId mesh;
    private final Counters counters;
    private volatile boolean closed;
    private volatile boolean failing;

    private HealthLog(Map<String, Object> client, WireCodec codec, FleetId mesh, Counters counters) {
        var settings = new HashMap<>(client);
        settings.put("acks", "all");
        settings.put("linger.ms", "5");
        settings.put("max.block.ms", "2000");
        settings.put("request.timeout.ms", "2000");
        settings.put("delivery.timeout.ms", "5000");
        settings.put("reconnect.backoff.max.ms", "500");
        this.producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        this.codec = codec;
        this.mesh = mesh;
        this.counters = counters;
    }

    /** @param client at least {@code bootstrap.servers} */
    public static HealthLog start(Map<String, Object> client, WireCodec codec, FleetId mesh, Counters counters) {
        var log = new HealthLog(client, codec, mesh, counters);
        log.thread.start();
        return log;
    }

    public void append(HealthEvent event) {
        if (!waiting.offer(event)) {
            dropped("too many wait");
        }
    }

    private void run() {
        try {
            while (!closed || !waiting.isEmpty()) {
                Optional.ofNullable(waiting.poll(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS))
                        .ifPresent(this::send);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(HealthEvent event) {
        try {
            producer.send(codec.record(Logs.HEALTH, mesh, event), (written, failure) -> {
                if (failure == null) {
                    failing = false;
                } else {
                    dropped(failure.toString());
                }
            });
        } catch (KafkaException e) {
            dropped(e.toString());
        }
    }

    /** Said once, until one is written again. */
    private void dropped(String reason) {
        counters.add(DROPPED, "log", Logs.HEALTH.toString());
        if (!failing) {
            LOG.warn("event=health_report_dropped reason=\"{}\"", reason);
        }
        failing = true;
    }

    /** Writes what is there, if Kafka takes it soon. */
    @Override
    public void close() {
        closed = true;
        try {
            if (!thread.join(CLOSE_WITHIN)) {
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close(CLOSE_WITHIN);
    }
}
