package dev.baton.contract.mesh;

import dev.baton.contract.Epoch;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A proxy that takes its routes from Baton.
 *
 * @param applied by destination
 * @param refused the last refusal, by destination; gone when it applies a later one
 */
public record Proxy(
        ProxyId id,
        Caller caller,
        String software,
        SortedMap<DestinationId, Epoch> applied,
        SortedMap<DestinationId, String> refused) {
    public Proxy {
        applied = Collections.unmodifiableSortedMap(new TreeMap<>(applied));
        refused = Collections.unmodifiableSortedMap(new TreeMap<>(refused));
    }
}
