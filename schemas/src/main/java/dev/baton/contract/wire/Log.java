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
 */
public record Log<T>(Topic topic, Class<T> type, Function<T, String> entity, Unreadable<T> unreadable) {
    /** What a record counts as that cannot be read; empty: it is passed over. */
    @FunctionalInterface
    public interface Unreadable<T> {
        Optional<T> as(String entity, Headers headers);
    }

    Log(Topic topic, Class<T> type, Function<T, String> entity) {
        this(topic, type, entity, (about, headers) -> Optional.empty());
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
