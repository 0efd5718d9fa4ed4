package dev.baton.agent;

import dev.baton.contract.wire.Key;
import dev.baton.contract.wire.Logs;
import dev.baton.contract.wire.Partitions;
import dev.baton.contract.wire.SchemasUnavailable;
import dev.baton.contract.wire.Undecodable;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the fleet's compacted logs from their beginning, without a group: every agent reads all. Knows when it has read
 * up to where they ended at a given moment. Used by one thread, but for {@link #reconnect}, and keeps it waiting for a
 * fraction of a second at most.
 */
final class LogReader implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LogReader.class);
    /** Nothing else tells a quiet log from a dead connection. */
    private static final Duration PROBE_EVERY = Duration.ofSeconds(1);

    private static final Duration PROBE_LIMIT = Duration.ofMillis(250);
    /** A slow broker is no reason to let go of anything: after this long without an answer it is given more time. */
    private static final Duration WITHOUT_ANSWER = Duration.ofSeconds(10);

    private static final Duration PATIENT_PROBE_LIMIT = Duration.ofSeconds(1);
    /** A client that cannot reach the brokers for this long while trying may never do so again. */
    private static final Duration REBUILD_AFTER = Duration.ofSeconds(15);

    /** Takes what is read. */
    interface Sink {
        /**
         * @param value empty: the entity is gone
         * @param headers that say the lineage of what is read, and the cause of a removal
         */
        void read(String topic, Key key, Optional<byte[]> value, Headers headers);

        /** A log goes on at an offset that was read before: it was made anew, or has lost what it held. */
        void beganAnew();
    }

    private final List<TopicPartition> partitions;
    private final Map<String, Object> settings;
    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private final ClusterWatch watch = new ClusterWatch();
    private volatile Optional<KafkaConsumer<byte[], byte[]>> consumer = Optional.empty();
    private volatile boolean anew;
    private Optional<Map<TopicPartition, Long>> target = Optional.empty();
    /** Empty: where the logs ended then was reached. */
    private Optional<Map<TopicPartition, Long>> asked = Optional.empty();
    /** How long it has tried to read since an end that was asked for was reached last. */
    private long triedNanos;
    /** Of tunnels and assignments: what was said last of these cannot be decoded. */
    private final Set<String> undecoded = new HashSet<>();

    private long probedNanos;
    /** Said once, not in each round; empty: none. */
    private String trouble = "";

    private long aliveNanos;

    LogReader(AgentConfig config) {
        int partition = Partitions.of(config.fleet());
        this.partitions = List.of(
                new TopicPartition(Logs.TUNNELS.topic().name(), partition),
                new TopicPartition(Logs.ASSIGNMENTS.topic().name(), partition),
                new TopicPartition(Logs.POLICIES.topic().name(), partition),
                new TopicPartition(Logs.ENDPOINTS.topic().name(), partition));
        this.settings = settings(config);
        this.probedNanos = System.nanoTime() - PROBE_EVERY.toNanos();
        this.aliveNanos = System.nanoTime();
    }

    private static Map<String, Object> settings(AgentConfig config) {
        Map<String, Object> settings = config.kafka();
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        // Compaction may have taken away where we stood; what it left is all that counts.
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        // A hung broker must cost about a second, not the default of thirty.
        settings.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, 1000);
        settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 1000);
        settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 300);
        settings.put(ConsumerConfig.METRIC_REPORTER_CLASSES_CONFIG, List.of());
        settings.put(ConsumerConfig.ENABLE_METRICS_PUSH_CONFIG, false);
        settings.put(ConsumerConfig.RETRY_BACKOFF_MS_CONFIG, 50);
        settings.put(ConsumerConfig.RECONNECT_BACKOFF_MS_CONFIG, 50);
        settings.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500);
        return settings;
    }

    /** Reads what is there, waiting up to {@code limit} for something. */
    void poll(Duration limit, Sink sink) {
        long began = System.nanoTime();
        read(limit, sink);
        triedNanos += System.nanoTime() - began;
    }

    private void read(Duration limit, Sink sink) {
        try {
            KafkaConsumer<byte[], byte[]> client = client();
            for (ConsumerRecord<byte[], byte[]> record : client.poll(limit)) {
                read(record, sink);
            }
            for (TopicPartition partition : partitions) {
                // Compaction leaves gaps, also at the end: the position, not the last record, says how far we are.
                long position = client.position(partition, PROBE_LIMIT);
                if (position < positions.getOrDefault(partition, 0L)) {
                    beganAnew(partition, position, sink);
                }
                positions.put(partition, position);
            }
            look();
            maybeProbe(client);
            trouble = "";
        } catch (SchemasUnavailable e) {
            goBack();
            waitAfter(e, limit);
        } catch (WakeupException e) {
            log.debug("event=log_client_interrupted");
        } catch (KafkaException e) {
            waitAfter(e, limit);
        }
        if (anew) {
            anew = false;
            rebuild();
        } else if (System.nanoTime() - aliveNanos > REBUILD_AFTER.toNanos()) {
            log.warn("event=log_client_rebuilt after={}s", REBUILD_AFTER.toSeconds());
            rebuild();
        }
    }

    private void waitAfter(KafkaException failure, Duration limit) {
        String reason = String.valueOf(failure.getMessage());
        if (!reason.equals(trouble)) {
            log.warn("event=log_unreadable reason=\"{}\"", reason);
        }
        trouble = reason;
        // What fails at once would otherwise be tried in a loop.
        LockSupport.parkNanos(limit.toNanos());
    }

    /** To the record that cannot be read yet: an assignment that is passed over would never be obeyed. */
    private void goBack() {
        for (TopicPartition partition : partitions) {
            client().seek(partition, positions.getOrDefault(partition, 0L));
        }
    }

    private void read(ConsumerRecord<byte[], byte[]> record, Sink sink) {
        aliveNanos = System.nanoTime();
        var partition = new TopicPartition(record.topic(), record.partition());
        if (record.offset() < positions.getOrDefault(partition, 0L)) {
            beganAnew(partition, record.offset(), sink);
        }
        positions.put(partition, record.offset());
        try {
            Key key = Key.of(record.key());
            sink.read(record.topic(), key, Optional.ofNullable(record.value()), record.headers());
            undecoded.remove(record.topic() + " " + key);
        } catch (SchemasUnavailable e) {
            throw e;
        } catch (IllegalArgumentException | KafkaException e) {
            if (e instanceof Undecodable) {
                undecoded(record.topic(), Key.of(record.key()));
            }
            // Somebody else's nonsense: said once, as it is read once.
            log.warn(
                    "event=record_ignored log={} offset={} reason=\"{}\"",
                    record.topic(),
                    record.offset(),
                    e.getMessage());
        }
        positions.put(partition, record.offset() + 1);
    }

    /** The coordinator will put it right, if it can; until then something may be asked of this node there. */
    private void undecoded(String topic, Key key) {
        boolean tunnel = topic.equals(Logs.TUNNELS.topic().name())
                && Logs.nodeOf(key.entity()).isPresent();
        boolean assignment = topic.equals(Logs.ASSIGNMENTS.topic().name())
                && Logs.eipOf(key.entity()).isPresent();
        if (tunnel || assignment) {
            undecoded.add(topic + " " + key);
        }
    }

    private void beganAnew(TopicPartition partition, long offset, Sink sink) {
        log.warn("event=log_began_anew log={} offset={}", partition.topic(), offset);
        sink.beganAnew();
        // It may never be as long as what was read to its end, or asked for.
        asked = Optional.empty();
        restartCatchUp();
    }

    /**
     * Goes on with a new client. By any thread: a client whose wall clock was set back does not come back from its
     * wait.
     */
    void reconnect() {
        anew = true;
        consumer.ifPresent(KafkaConsumer::wakeup);
    }

    /** The cluster that is read; empty: none has answered yet. */
    Optional<String> cluster() {
        return watch.cluster();
    }

    /** Another log is there: its offsets mean something else, so it is read from its beginning. */
    void startOver() {
        close();
        consumer = Optional.empty();
        positions.clear();
        undecoded.clear();
        asked = Optional.empty();
        triedNanos = 0;
        restartCatchUp();
    }

    /** From now on, caught up means: read up to where the logs end at this moment. */
    void restartCatchUp() {
        target = Optional.empty();
        probedNanos = System.nanoTime() - PROBE_EVERY.toNanos();
    }

    boolean isCaughtUp() {
        return target.filter(this::isReached).isPresent();
    }

    private boolean isReached(Map<TopicPartition, Long> ends) {
        return undecoded.isEmpty()
                && ends.entrySet().stream().allMatch(end -> positions.getOrDefault(end.getKey(), 0L) >= end.getValue());
    }

    /**
     * For how long it may not have read what there was to be read. Only the time in which it tried counts: a change of
     * many policies may keep the agent from reading for longer than that.
     */
    Duration deaf() {
        return Duration.ofNanos(triedNanos);
    }

    private void look() {
        asked.filter(this::isReached).ifPresent(reached -> {
            triedNanos = 0;
            asked = Optional.empty();
        });
    }

    private void maybeProbe(KafkaConsumer<byte[], byte[]> client) {
        if (System.nanoTime() - probedNanos < PROBE_EVERY.toNanos()) {
            return;
        }
        probedNanos = System.nanoTime();
        try {
            boolean slow = deaf().compareTo(WITHOUT_ANSWER) > 0;
            Map<TopicPartition, Long> ends = client.endOffsets(partitions, slow ? PATIENT_PROBE_LIMIT : PROBE_LIMIT);
            aliveNanos = System.nanoTime();
            if (asked.isEmpty()) {
                asked = Optional.of(ends);
            }
            if (target.isEmpty()) {
                target = Optional.of(ends);
            }
        } catch (KafkaException e) {
            log.debug("event=log_unreachable reason=\"{}\"", e.getMessage());
        }
        if (target.isEmpty()) {
            // Whoever waits to catch up should not wait a full period more.
            probedNanos -= PROBE_EVERY.toNanos() - TimeUnit.MILLISECONDS.toNanos(100);
        }
    }

    private KafkaConsumer<byte[], byte[]> client() {
        if (consumer.isEmpty()) {
            var client = new KafkaConsumer<>(settings, watch, new ByteArrayDeserializer());
            client.assign(partitions);
            for (TopicPartition partition : partitions) {
                client.seek(partition, positions.getOrDefault(partition, 0L));
            }
            consumer = Optional.of(client);
        }
        return consumer.get();
    }

    private void rebuild() {
        close();
        consumer = Optional.empty();
        aliveNanos = System.nanoTime();
    }

    @Override
    public void close() {
        try {
            consumer.ifPresent(client -> client.close(CloseOptions.timeout(Duration.ZERO)));
        } catch (KafkaException e) {
            log.debug("event=log_client_close_failed reason=\"{}\"", e.getMessage());
        }
    }
}
