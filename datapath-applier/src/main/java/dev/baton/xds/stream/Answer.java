package dev.baton.xds.stream;

import dev.baton.xds.resource.ResourceType;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A client's answer to one response.
 *
 * @param versions of the resources that were in it, by name
 * @param error why it refuses them; empty: it acknowledges them
 */
public record Answer(ResourceType type, SortedMap<String, Long> versions, Optional<String> error) {
    public Answer {
        versions = Collections.unmodifiableSortedMap(new TreeMap<>(versions));
    }
}
