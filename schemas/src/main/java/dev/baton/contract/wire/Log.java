package dev.baton.contract.wire;

import dev.baton.contract.FleetId;
import dev.baton.contract.Topic;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.common.header.Headers;

/**
 * A topic and what its records hold.
 *
 * @param entity what a record is about, within its fleet
 * @param unreadable what becomes of records that cannot be read
 * @param mostBytes larger values are neither written nor read: what follows from them, in other logs, must fit there
 *     too
 */
public record Log<T>(Topic topic, Class<T> type, Function<T, String> entity, Unreadable<T> unreadable, int mostBytes) {
    /** What a record counts as that cannot be read; empty: it is passed over. */
    @FunctionalInterface
    public interface Unreadable<T> {
        Optional<T> as(String entity, Headers headers);
    }

    Log(Topic topic, Class<T> type, Function<T, String> entity) {
        this(topic, type, entity, (about, headers) -> Optional.empty(), Integer.MAX_VALUE);
    }

    /** The key under which everybody writes this value, so that compaction replaces like by like. */
    public Key keyOf(FleetId fleet, T value) {
        return new Key(fleet, entity.apply(value));
    }

    @Override
    public String toString() {
        return topic.name();
    }
}
