package dev.baton.failover.runner;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * When a snapshot is due although hardly any entries came. All fleets and both folds share one log of snapshots: of a
 * fleet that was calm for a month, the latest one would lie behind a month of the heartbeats' snapshots, and a start
 * would have to read through all of them.
 */
final class CalmSnapshots {
    /** The heartbeats' fold takes one in some 25 s, however large its fleet: less than forty in this time. */
    static final Duration EVERY = Duration.ofMinutes(15);
    /** Instances that are replaced again and again would otherwise never take one. */
    static final Duration FIRST = Duration.ofMinutes(1);

    private OptionalLong dueNanos = OptionalLong.empty();

    boolean isDue(long nowNanos) {
        if (dueNanos.isEmpty()) {
            dueNanos = OptionalLong.of(nowNanos + FIRST.toNanos());
        }
        if (nowNanos - dueNanos.getAsLong() < 0) {
            return false;
        }
        dueNanos = OptionalLong.of(nowNanos + EVERY.toNanos());
        return true;
    }
}
