package dev.baton.contract.mesh;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which members of a destination get traffic, and which only when others are gone. */
public sealed interface Mode {
    /**
     * Backends by level, as Envoy Gateway's {@code fallback} says.
     *
     * @param weights what each gets of its level; 0: none
     */
    record ActivePassive(SortedMap<MemberId, Integer> weights) implements Mode {
        public ActivePassive {
            weights = requireWeights(weights);
        }
    }

    /** All clusters whose gateway serves the host name; those of the caller's region first. */
    record Auto() implements Mode {}

    /** The same, of these clusters only. */
    record Named(SortedSet<MemberId> clusters) implements Mode {
        public Named {
            clusters = Collections.unmodifiableSortedSet(new TreeSet<>(clusters));
        }
    }

    /** Exactly these shares, whatever the members' health. */
    record Weighted(SortedMap<MemberId, Integer> weights) implements Mode {
        public Weighted {
            weights = requireWeights(weights);
        }
    }

    /**
     * All clusters whose gateway serves the host name; the more of these labels they have in common with the caller,
     * the earlier. Only labels before the first one that differs count.
     *
     * @param labels each a key, or {@code key=value} where the value stands for the caller's own
     */
    record Labelled(List<String> labels) implements Mode {
        public Labelled {
            labels = List.copyOf(labels);
        }
    }

    private static SortedMap<MemberId, Integer> requireWeights(SortedMap<MemberId, Integer> weights) {
        weights.forEach((member, weight) -> {
            if (weight < 0) {
                throw new IllegalArgumentException("weight of " + member + ": " + weight
                        + " is below 0; 0 is none, and what counts is the share of the sum");
            }
        });
        return Collections.unmodifiableSortedMap(new TreeMap<>(weights));
    }
}
