package dev.baton.contract.mesh;

import dev.baton.contract.Names;

/** A destination's name within its mesh, such as {@code namespace/route/0} or a host name. */
public record DestinationId(String value) implements Comparable<DestinationId> {
    public DestinationId {
        Names.requirePath("destination", value);
    }

    @Override
    public int compareTo(DestinationId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
