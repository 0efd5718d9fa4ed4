package dev.baton.contract;

import java.time.Instant;
import java.util.List;

/**
 * State of the liveness fold.
 *
 * @param lastEntryAt append time of the last entry folded, of any kind
 */
public record LivenessSnapshot(
        FleetId fleet, long offset, Settings settings, TickClock clock, Instant lastEntryAt, List<NodeLiveness> nodes)
        implements Snapshot {
    public LivenessSnapshot {
        nodes = List.copyOf(nodes);
    }
}
