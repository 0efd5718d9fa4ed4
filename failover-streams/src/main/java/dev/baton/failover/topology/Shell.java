package dev.baton.failover.topology;

import dev.baton.contract.FleetId;
import dev.baton.contract.Lineage;
import dev.baton.contract.Rules;
import dev.baton.contract.UnreadableReason;
import dev.baton.contract.wire.Key;
import dev.baton.contract.wire.Log;
import dev.baton.contract.wire.Partitions;
import dev.baton.contract.wire.RemovalCause;
import dev.baton.contract.wire.Undecodable;
import dev.baton.contract.wire.WireCodec;
import dev.baton.failover.runner.Watch;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * What the tasks need of the world.
 *
 * @param nanoClock monotonic
 * @param names gives a name never given before, for each life of a task
 * @param draw gives a lineage that was never drawn before, for each entry of the fleet log
 * @param punctuation how often a task looks whether a tick is due; a small part of the monitor period
 * @param snapshotEvery entries between two snapshots of a fold
 * @param sideLog takes snapshots and alerts
 * @param pulse hears of each tick that comes back
 */
public record Shell(
        WireCodec codec,
        Folds folds,
        History history,
        Watch watch,
        LongSupplier nanoClock,
        Supplier<String> names,
        Supplier<Lineage> draw,
        Duration punctuation,
        int snapshotEvery,
        SideLog sideLog,
        Pulse pulse) {

    /** In the oldest format that says all of it. */
    <T> Record<byte[], byte[]> record(Log<T> log, FleetId fleet, T value) {
        return record(log.keyOf(fleet, value), codec.encode(log, value));
    }

    /** In the format of these rules. */
    <T> Record<byte[], byte[]> record(Log<T> log, FleetId fleet, T value, Rules rules) {
        return record(log.keyOf(fleet, value), codec.encode(log, value, rules));
    }

    /** A record of a compacted log; an empty value is a removal. */
    <T> Record<byte[], byte[]> view(Log<T> log, Key key, Optional<T> value, long cause, Rules rules) {
        return value.isPresent()
                ? record(key, codec.encode(log, value.get(), rules))
                : record(key, null).withHeaders(RemovalCause.headers(cause));
    }

    @SuppressWarnings("NullAway") // Kafka says "removed" by a null value
    private static Record<byte[], byte[]> record(Key key, byte @Nullable [] value) {
        // Topics stamp the append time; the timestamp given here is not kept.
        return new Record<>(key.toString().getBytes(StandardCharsets.UTF_8), value, 0L);
    }

    /**
     * An entry's fleet and value. The watch is notified of a record that is not one of this log, or that this release
     * cannot read; such a one is empty, or what it counts as.
     */
    <T> Optional<Entry<T>> decode(
            Log<T> log, int partition, long offset, byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        try {
            Key about = Key.of(key);
            if (Partitions.of(about.fleet()) != partition) {
                throw new IllegalArgumentException("fleet " + about.fleet() + " does not live in this partition");
            }
            try {
                return Optional.of(new Entry<>(about.fleet(), codec.decode(log, value)));
            } catch (Undecodable e) {
                watch.undecodable(
                        Optional.of(about.fleet()),
                        log.topic().name(),
                        offset,
                        e.kind(),
                        String.valueOf(e.getMessage()));
                return log.unreadable().as(about.entity(), headers).map(entry -> new Entry<>(about.fleet(), entry));
            }
        } catch (IllegalArgumentException e) {
            watch.undecodable(
                    Optional.empty(), log.topic().name(), offset, UnreadableReason.KEY, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    record Entry<T>(FleetId fleet, T value) {}
}
