package dev.baton.contract;

import java.util.Comparator;

/**
 * Which of the policies that cover a packet counts: the one with the highest priority; among equals the one whose id,
 * as text, comes first. Everybody who orders policies orders them so.
 */
public record Precedence(long priority, PolicyId policy) implements Comparable<Precedence> {
    private static final Comparator<Precedence> ORDER = Comparator.comparingLong(Precedence::priority)
            .reversed()
            .thenComparing(precedence -> precedence.policy().toString());

    @Override
    public int compareTo(Precedence other) {
        return ORDER.compare(this, other);
    }
}
