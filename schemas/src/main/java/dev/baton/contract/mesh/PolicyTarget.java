package dev.baton.contract.mesh;

import dev.baton.contract.Names;

/**
 * What a policy is attached to: {@code httproute/namespace/name}, {@code gateway/namespace/name}, or a destination's
 * name behind {@code destination/}.
 */
public record PolicyTarget(String value) implements Comparable<PolicyTarget> {
    public PolicyTarget {
        Names.requirePath("policy target", value);
    }

    @Override
    public int compareTo(PolicyTarget other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
