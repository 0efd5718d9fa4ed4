package dev.baton.contract.mesh;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/** What the observers of an endpoint agree on. */
public sealed interface HealthVerdict {
    /** Nobody has enough against it. */
    record Passing() implements HealthVerdict {}

    /** For all callers. */
    record Failing() implements HealthVerdict {}

    /** All who see it fail are in these regions, and others see it pass: the way there is broken, not the endpoint. */
    record FailingFrom(SortedSet<String> regions) implements HealthVerdict {
        public FailingFrom {
            regions = Collections.unmodifiableSortedSet(new TreeSet<>(regions));
        }
    }

    /** For a caller there. */
    default boolean failsFrom(Locality caller) {
        return switch (this) {
            case Passing() -> false;
            case Failing() -> true;
            case FailingFrom(var regions) -> regions.contains(caller.region());
        };
    }
}
