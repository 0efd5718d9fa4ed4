package dev.baton.launcher.lab.probe;

import dev.baton.contract.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** Source addresses that the external server saw, with times, of traffic that is to have one of the expected ones. */
public final class Sightings {
    /** Beyond this a run has failed anyhow. */
    private static final int LIMIT = 100_000;

    private final Set<IpAddress> expected;
    private final List<Sighting> wrong = new ArrayList<>();
    private final List<Sighting> changes = new ArrayList<>();

    /** One packet or connection. */
    public record Sighting(long nanos, IpAddress source) {}

    public Sightings(Set<IpAddress> expected) {
        this.expected = Set.copyOf(expected);
    }

    public synchronized void add(long nanos, IpAddress source) {
        var sighting = new Sighting(nanos, source);
        if (changes.isEmpty() || !changes.getLast().source().equals(source)) {
            changes.add(sighting);
        }
        if (!expected.contains(source) && wrong.size() < LIMIT) {
            wrong.add(sighting);
        }
    }

    /** Whether the newest one has an expected source. */
    public synchronized boolean isRight() {
        return !changes.isEmpty() && expected.contains(changes.getLast().source());
    }

    public synchronized List<Sighting> wrong(long fromNanos, long toNanos) {
        return wrong.stream()
                .filter(seen -> seen.nanos() - fromNanos >= 0 && seen.nanos() - toNanos <= 0)
                .toList();
    }

    /** All sources seen in that time: the one that was current when it began, and each after it. */
    public synchronized SortedSet<IpAddress> sources(long fromNanos, long toNanos) {
        var sources = new TreeSet<IpAddress>();
        for (Sighting change : changes) {
            if (change.nanos() - fromNanos < 0) {
                sources.clear();
            }
            if (change.nanos() - toNanos <= 0) {
                sources.add(change.source());
            }
        }
        return sources;
    }
}
