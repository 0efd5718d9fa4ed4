package dev.baton.launcher.client;

import dev.baton.contract.FleetId;
import dev.baton.contract.FleetSnapshot;
import dev.baton.contract.Sequenced;
import dev.baton.contract.Topics;
import dev.baton.contract.UnknownRules;
import dev.baton.contract.wire.Logs;
import dev.baton.contract.wire.Partitions;
import dev.baton.contract.wire.Undecodable;
import dev.baton.contract.wire.WireCodec;
import dev.baton.failover.core.Coordination;
import dev.baton.failover.core.FleetState;
import dev.baton.failover.core.Outcome;
import dev.baton.failover.topology.KafkaHistory;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Follows the fleet log with the coordinator's own fold: latest snapshot, then entry by entry. So it knows what the
 * coordinator knows without asking it.
 */
public final class FleetFollower implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(15);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final WireCodec codec;
    private final TopicPartition source;
    private FleetState state;
    /** Offset of the first entry that was not read. */
    private long next;

    /** Is notified of each entry and its outcome. */
    @FunctionalInterface
    public interface Listener {
        void folded(long offset, Instant at, Sequenced entry, Outcome outcome);
    }

    /**
     * @param client at least {@code bootstrap.servers}
     * @throws org.apache.kafka.common.errors.UnknownTopicOrPartitionException if no coordinator has created the logs
     *     yet
     * @throws UnknownRules if the log is at rules that this release does not know
     */
    public FleetFollower(Map<String, Object> client, WireCodec codec, FleetId fleet) {
        var properties = new HashMap<>(client);
        properties.put("enable.auto.commit", "false");
        properties.put("auto.offset.reset", "earliest");
        properties.put("fetch.max.wait.ms", "100");
        this.codec = codec;
        this.state = FleetState.start(fleet);
        this.consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        try {
            this.source = Partitions.source(Topics.FLEET, fleet, consumer.partitionsFor(Topics.FLEET.name()));
            consumer.assign(List.of(source));
            consumer.seekToBeginning(List.of(source));
            adoptSnapshot(client);
        } catch (RuntimeException e) {
            consumer.close();
            throw e;
        }
    }

    private void adoptSnapshot(Map<String, Object> client) {
        for (FleetSnapshot snapshot : new KafkaHistory(client, codec)
                .snapshots(FleetSnapshot.class, source.partition(), Long.MAX_VALUE)
                .latest()) {
            if (snapshot.fleet().equals(state.fleet())) {
                UnknownRules.check(snapshot.fleet(), snapshot.rules(), codec.reads());
                state = FleetState.of(snapshot);
                consumer.seek(source, snapshot.offset());
            }
        }
    }

    public FleetState state() {
        return state;
    }

    /**
     * Folds the new entries, and waits for the first one at most this long.
     *
     * @throws IllegalStateException if the log began anew: then nothing that was read of it counts
     * @throws UnknownRules if the log is at rules that this release does not know
     */
    public void poll(Duration wait, Listener listener) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(wait)) {
            fold(record, listener);
        }
    }

    /** Folds up to the present end of the log. */
    public FleetState catchUp() {
        return catchUp((offset, at, entry, outcome) -> {});
    }

    /** The same, and notifies of each entry. */
    public FleetState catchUp(Listener listener) {
        long end = Objects.requireNonNull(consumer.endOffsets(List.of(source)).get(source));
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        while (consumer.position(source) < end) {
            poll(Duration.ofMillis(100), listener);
            if (System.nanoTime() > deadline) {
                throw new TimeoutException(source + " gave nothing at offset " + consumer.position(source));
            }
        }
        return state;
    }

    private void fold(ConsumerRecord<byte[], byte[]> record, Listener listener) {
        if (record.offset() < next) {
            throw new IllegalStateException(source + " began anew: it was read up to offset " + next
                    + " and goes on at offset " + record.offset());
        }
        next = record.offset() + 1;
        Sequenced entry;
        try {
            entry = codec.decode(Logs.FLEET, record.value());
        } catch (Undecodable e) {
            return;
        }
        if (entry.fleet().equals(state.fleet())) {
            Outcome outcome = Coordination.orPassedOver(Coordination::step, state, record.offset(), entry, bug -> {});
            state = outcome.state();
            UnknownRules.check(state.fleet(), state.rules(), codec.reads());
            listener.folded(record.offset(), Instant.ofEpochMilli(record.timestamp()), entry, outcome);
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
