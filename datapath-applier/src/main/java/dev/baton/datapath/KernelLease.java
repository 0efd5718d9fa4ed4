package dev.baton.datapath;

import java.time.Duration;
import java.util.Optional;

/**
 * A node's right to emit frames with the EIPs it holds, enforced by the kernel: when it is not renewed, frames stop by
 * themselves. Times are on {@link System#nanoTime}'s clock. Any thread may call it while the datapath is busy, and
 * waits for nothing but the kernel.
 */
public interface KernelLease {
    /** What became of a renewal. */
    enum Renewal {
        RENEWED,
        /** The lease had run out in the kernel: nothing was renewed, and nothing may be under this incarnation. */
        LAPSED,
        /** The kernel refused for lack of time between asking and doing; the old lease runs on; try again. */
        TOO_LATE
    }

    /** Begins a lease where none runs; used once an incarnation, after {@link #revoke}. */
    void begin(long untilNanos) throws DatapathException;

    /**
     * Extends a running lease. The kernel itself refuses if the lease has run out, or if this process slept between
     * reading its clock and this change (a process frozen in that moment cannot renew on waking).
     */
    Renewal renew(long untilNanos) throws DatapathException;

    /** Ends the lease now. Returns when the kernel has stopped the frames. */
    void revoke() throws DatapathException;

    /** What is left of it according to the kernel; empty if it has run out or was never begun. */
    Optional<Duration> remaining() throws DatapathException;
}
