package dev.baton.failover.runner;

import dev.baton.contract.FleetId;
import dev.baton.failover.core.Views.View;
import dev.baton.failover.runner.Fold.Correction;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * When the owner of a log looks at what its views end with, and what it then says again: what was as wrong the last
 * time too. What is wrong once is often only older than a word of its own that is still on its way.
 */
final class ViewChecks {
    private static final Duration EVERY = Duration.ofSeconds(1);

    private SortedMap<Place, Optional<View>> before = new TreeMap<>();
    private SortedMap<Place, Optional<View>> now = new TreeMap<>();
    private boolean begun;
    private long dueNanos;

    private record Place(FleetId fleet, String about) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int byFleet = fleet.compareTo(other.fleet);
            return byFleet != 0 ? byFleet : about.compareTo(other.about);
        }
    }

    /** Whether it is time to look, and if so, begins a look. */
    boolean begins(long nowNanos) {
        if (begun && nowNanos - dueNanos < 0) {
            return false;
        }
        begun = true;
        dueNanos = nowNanos + EVERY.toNanos();
        before = now;
        now = new TreeMap<>();
        return true;
    }

    /** Whether this is to be put right in this look. */
    boolean isStill(FleetId fleet, Correction wrong) {
        var place = new Place(fleet, wrong.about());
        now.put(place, wrong.shown());
        return wrong.shown().equals(before.get(place));
    }
}
