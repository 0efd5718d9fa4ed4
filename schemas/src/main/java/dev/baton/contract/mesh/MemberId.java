package dev.baton.contract.mesh;

import dev.baton.contract.Names;

/** A member's name within its mesh: a backend as {@code namespace/name}, or a cluster. */
public record MemberId(String value) implements Comparable<MemberId> {
    public MemberId {
        Names.requirePath("member", value);
    }

    @Override
    public int compareTo(MemberId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
