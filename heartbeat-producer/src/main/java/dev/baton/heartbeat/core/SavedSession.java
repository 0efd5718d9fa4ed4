package dev.baton.heartbeat.core;

import dev.baton.contract.Incarnation;
import dev.baton.contract.Lineage;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a node's next process must know of this one's session.
 *
 * @param leaseUntilNanos empty if no lease was acknowledged, if it is not to be gone on with, or if the machine was
 *     started since
 * @param sequenceLimit heartbeat numbers from here on were never used
 * @param longest for how long a lease that the kernel was given may run from the end of this process on; zero: not
 *     known
 * @param lineage that its heartbeats said; empty: none
 */
public record SavedSession(
        Incarnation incarnation,
        OptionalLong leaseUntilNanos,
        long sequenceLimit,
        Duration longest,
        Optional<Lineage> lineage) {
    /** Of a node that knows of no session. */
    public static final SavedSession NONE =
            new SavedSession(Incarnation.NONE, OptionalLong.empty(), 0, Duration.ZERO, Optional.empty());

    /** The next process must begin another incarnation. */
    public SavedSession withoutLease() {
        return new SavedSession(incarnation, OptionalLong.empty(), sequenceLimit, longest, lineage);
    }

    /** The lease of the process that saved this if it still runs, else a new one. */
    public Lease leaseAt(long nowNanos) {
        if (leaseUntilNanos.isEmpty()) {
            return Lease.of(incarnation);
        }
        Lease lease = Lease.restored(incarnation, leaseUntilNanos.getAsLong()).at(nowNanos);
        return lease.isLapsed() ? Lease.of(incarnation) : lease;
    }
}
