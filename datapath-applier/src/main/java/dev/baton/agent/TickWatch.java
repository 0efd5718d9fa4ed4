package dev.baton.agent;

import dev.baton.contract.Timings;
import dev.baton.contract.wire.Key;
import dev.baton.contract.wire.Logs;
import dev.baton.contract.wire.Partitions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a coordinator works: then ticks come into the log of heartbeats. Only while none does may a node be handed
 * over, since a coordinator would give the EIPs of a node that has fallen silent to another one.
 */
final class TickWatch {
    private static final Logger log = LoggerFactory.getLogger(TickWatch.class);
    private static final int PERIODS = 8;
    private static final Duration LEAST = Duration.ofSeconds(2);
    private static final Duration POLL = Duration.ofMillis(100);

    private TickWatch() {}

    /** Looks on a thread of its own. @return true only if heartbeats came and no tick did */
    static CompletableFuture<Boolean> isCoordinatorGone(AgentConfig config, Timings timings) {
        var gone = new CompletableFuture<Boolean>();
        Thread.ofPlatform().daemon().name("tick-watch").start(() -> {
            try {
                gone.complete(look(config, timings));
            } catch (KafkaException e) {
                log.warn("event=ticks_not_read reason=\"{}\"", e.getMessage());
                gone.complete(false);
            }
        });
        return gone;
    }

    private static boolean look(AgentConfig config, Timings timings) {
        Duration several = timings.tunnelMonitorPeriod().multipliedBy(PERIODS);
        long wait = (several.compareTo(LEAST) > 0 ? several : LEAST).toNanos();
        var from = new TopicPartition(Logs.HEARTBEATS.topic().name(), Partitions.of(config.fleet()));
        Map<String, Object> settings = config.kafka();
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        Key tick = Logs.tickKey(config.fleet());
        boolean alive = false;
        try (var consumer =
                new KafkaConsumer<byte[], byte[]>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(from));
            consumer.seekToEnd(List.of(from));
            consumer.position(from);
            long began = System.nanoTime();
            while (System.nanoTime() - began < wait) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    alive = true;
                    if (keyOf(record).equals(Optional.of(tick))) {
                        return false;
                    }
                }
            }
        }
        return alive; // this node's own heartbeats at least
    }

    private static Optional<Key> keyOf(ConsumerRecord<byte[], byte[]> record) {
        try {
            return Optional.of(Key.of(record.key()));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // somebody else's
        }
    }
}
