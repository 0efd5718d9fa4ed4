package dev.baton.contract.mesh;

import dev.baton.contract.Names;

/** A policy's name within its mesh, such as {@code backendtrafficpolicy/namespace/name}. */
public record FailoverPolicyId(String value) implements Comparable<FailoverPolicyId> {
    public FailoverPolicyId {
        Names.requirePath("failover policy", value);
    }

    @Override
    public int compareTo(FailoverPolicyId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
