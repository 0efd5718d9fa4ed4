package dev.baton.contract.mesh;

import java.util.Collections;
import java.util.Comparator;
import java.util.SortedMap;
import java.util.TreeMap;

/** A place that calls come from: proxies with the same place and labels get the same routes. */
public record Caller(Locality locality, SortedMap<String, String> labels) implements Comparable<Caller> {
    private static final Comparator<Caller> ORDER = Comparator.comparing(Caller::locality)
            .thenComparing(caller -> caller.labels().toString());

    public Caller {
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    }

    @Override
    public int compareTo(Caller other) {
        return ORDER.compare(this, other);
    }
}
