package dev.baton.contract.mesh;

import dev.baton.contract.Names;

/** A proxy's name within its mesh, as it gives it itself. */
public record ProxyId(String value) implements Comparable<ProxyId> {
    public ProxyId {
        Names.requirePath("proxy", value);
    }

    @Override
    public int compareTo(ProxyId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
