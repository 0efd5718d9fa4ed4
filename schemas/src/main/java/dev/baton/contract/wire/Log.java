package dev.baton.contract.wire;

import dev.baton.contract.FleetId;
import dev.baton.contract.Topic;
import java.util.function.Function;

/**
 * A topic and what its records hold.
 *
 * @param entity what a record is about, within its fleet
 */
public record Log<T>(Topic topic, Class<T> type, Function<T, String> entity) {
    /** The key under which everybody writes this value, so that compaction replaces like by like. */
    public Key keyOf(FleetId fleet, T value) {
        return new Key(fleet, entity.apply(value));
    }

    @Override
    public String toString() {
        return topic.name();
    }
}
