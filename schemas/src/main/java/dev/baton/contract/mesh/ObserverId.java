package dev.baton.contract.mesh;

import dev.baton.contract.Names;

/** A prober, or a proxy that reports how its requests ended. */
public record ObserverId(String value) implements Comparable<ObserverId> {
    public ObserverId {
        Names.requirePath("observer", value);
    }

    @Override
    public int compareTo(ObserverId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
