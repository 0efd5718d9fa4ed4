package dev.baton.contract.wire;

import dev.baton.contract.FleetId;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A record's key: the fleet, then what the record is about. Compacted logs keep the last record of each.
 *
 * @param entity not empty; what it looks like is the log's choice, see {@link Log#keyOf}
 */
public record Key(FleetId fleet, String entity) {
    public Key {
        if (entity.isEmpty()) {
            throw new IllegalArgumentException("a key of fleet " + fleet + " names no entity");
        }
    }

    /** @throws IllegalArgumentException if it is not of the form {@code fleet/entity} */
    public static Key parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("key: \"" + text + "\" is not of the form fleet/entity");
        }
        return new Key(new FleetId(text.substring(0, slash)), text.substring(slash + 1));
    }

    /**
     * Reads a record's key as Kafka hands it over.
     *
     * @param bytes null where the record has no key, as those of a console producer
     * @throws IllegalArgumentException if there is no key, or it is not of the form {@code fleet/entity}
     */
    public static Key of(byte @Nullable [] bytes) {
        if (bytes == null) {
            throw new IllegalArgumentException("the record has no key; keys are of the form fleet/entity");
        }
        return parse(new String(bytes, StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return fleet + "/" + entity;
    }

    /** The key as it is in the log. */
    public byte[] bytes() {
        return toString().getBytes(StandardCharsets.UTF_8);
    }
}
