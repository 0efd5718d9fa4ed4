package dev.baton.contract;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * State of the liveness fold.
 *
 * @param lineage of the fleet's log; empty: nobody has said it yet
 * @param lastEntryAt append time of the last entry folded, of any kind
 * @param earlierLeases the longest timeout that was declared in this log, by which an earlier log may have
 *     granted leases; empty: {@link EarlierLeasesOver} was said
 * @param namesakesUntil log time until which leases of another log may run, of machines that were heard in the wait and
 *     whose names others bear here
 * @param rules by which the log is folded
 */
public record LivenessSnapshot(
        FleetId fleet,
        long offset,
        Optional<Lineage> lineage,
        Settings settings,
        TickClock clock,
        Instant lastEntryAt,
        Optional<Duration> earlierLeases,
        Duration namesakesUntil,
        Rules rules,
        List<NodeLiveness> nodes)
        implements Snapshot {
    public LivenessSnapshot {
        nodes = List.copyOf(nodes);
    }
}
