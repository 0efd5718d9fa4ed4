package dev.baton.failover.replay;

import dev.baton.contract.FleetId;
import dev.baton.contract.Topic;
import dev.baton.contract.wire.Key;
import dev.baton.contract.wire.Log;
import dev.baton.contract.wire.PartitionReader;
import dev.baton.contract.wire.Undecodable;
import dev.baton.contract.wire.WireCodec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Reads one fleet's part of a log, from the oldest kept entry to the present end. */
public final class LogReader implements AutoCloseable {
    private final PartitionReader reader;
    private final WireCodec codec;
    private final FleetId fleet;

    /** @param client at least {@code bootstrap.servers} */
    public LogReader(Map<String, Object> client, WireCodec codec, FleetId fleet) {
        this.reader = new PartitionReader(client);
        this.codec = codec;
        this.fleet = fleet;
    }

    /**
     * Leaves out tombstones, other fleets' entries and bytes that cannot be decoded and count as nothing, as the folds
     * do.
     */
    public <T> List<LogEntry<T>> read(Log<T> log) {
        return read(log, 0);
    }

    /** The same, from an offset on. */
    public <T> List<LogEntry<T>> read(Log<T> log, long from) {
        return read(log, log.topic(), from);
    }

    /** What is kept in a log that older releases did not make; nothing if it does not exist. */
    public <T> List<LogEntry<T>> readIfPresent(Log<T> log, Topic topic) {
        try {
            return read(log, topic, 0);
        } catch (UnknownTopicOrPartitionException e) {
            return List.of();
        }
    }

    private <T> List<LogEntry<T>> read(Log<T> log, Topic topic, long from) {
        TopicPartition source = reader.source(topic, fleet);
        var entries = new ArrayList<LogEntry<T>>();
        long begin = Math.max(from, reader.begin(source));
        reader.read(source, begin, reader.end(source), record -> add(log, record, entries));
        return entries;
    }

    /** Whether nothing was removed from the beginning of the log, which may have begun with other fleets' entries. */
    public boolean isWhole(Log<?> log) {
        return reader.begin(reader.source(log.topic(), fleet)) == 0;
    }

    private <T> void add(Log<T> log, ConsumerRecord<byte[], byte[]> record, List<LogEntry<T>> entries) {
        Key key;
        try {
            key = Key.of(record.key());
        } catch (IllegalArgumentException e) {
            return; // the folds skip it too, and logged it when they did
        }
        if (key.fleet().equals(fleet)) {
            Instant at = Instant.ofEpochMilli(record.timestamp());
            value(log, key, record).ifPresent(value -> entries.add(new LogEntry<>(record.offset(), at, fleet, value)));
        }
    }

    private <T> Optional<T> value(Log<T> log, Key key, ConsumerRecord<byte[], byte[]> record) {
        try {
            return Optional.of(codec.decode(log, record.value()));
        } catch (Undecodable e) {
            return log.unreadable().as(key.entity(), record.headers());
        }
    }

    @Override
    public void close() {
        reader.close();
    }
}
