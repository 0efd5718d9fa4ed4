package dev.baton.heartbeat.core;

import dev.baton.contract.Heartbeat;
import dev.baton.contract.Timings;
import java.time.Duration;
import java.util.Optional;

/**
 * Which eviction timeout heartbeats state while settings change, and how long a lease they give.
 *
 * <p>The coordinator never times a node out earlier than its last heartbeat stated. So a longer timeout may be stated
 * at once, and a shorter one only when no lease given under the longer one runs beyond it: until then heartbeats go on
 * stating the longer one and renew by the shorter.
 *
 * @param shortened the heartbeat that first stated a shorter timeout than the one before it
 */
public record LeaseTerms(Timings stated, Timings wanted, Optional<Shortened> shortened) {
    /**
     * A heartbeat that the log may have: the silence after it is measured by the timeout that it stated, whatever was
     * acknowledged of those that were sent before it.
     *
     * @param length of a lease by it
     */
    public record Shortened(long sentNanos, Duration length) {}

    public static LeaseTerms of(Timings timings) {
        return new LeaseTerms(timings, timings, Optional.empty());
    }

    /**
     * For the running lease of an earlier process, which may have counted on a longer timeout than these timings: the
     * coordinator goes by what was stated last, so that lease must be covered by what is stated from now on.
     */
    public static LeaseTerms restored(Timings timings, Lease lease, long nowNanos) {
        if (lease.untilNanos().isEmpty() || lease.endsWithin(nowNanos, timings.lease())) {
            return of(timings);
        }
        Duration left = Duration.ofNanos(lease.untilNanos().getAsLong() - nowNanos);
        // A margin is a third of the timeout at most, so the lease of half as much again is not shorter than what is
        // left. The log knows whole milliseconds: rounded up.
        Duration covering =
                Duration.ofMillis(left.plus(left.dividedBy(2)).plusMillis(2).toMillis());
        Duration most = Heartbeat.LONGEST_TIMEOUT;
        return new LeaseTerms(
                new Timings(
                        timings.tunnelUpdatePeriod(),
                        timings.tunnelMonitorPeriod(),
                        covering.compareTo(most) < 0 ? covering : most),
                timings,
                Optional.empty());
    }

    public LeaseTerms wanting(Timings timings) {
        return new LeaseTerms(stated, timings, shortened);
    }

    /** To be asked before each heartbeat. */
    public LeaseTerms settled(Lease lease, long nowNanos) {
        if (wanted.lease().compareTo(stated.lease()) >= 0) {
            return new LeaseTerms(wanted, wanted, shortened);
        }
        return lease.endsWithin(nowNanos, wanted.lease())
                ? new LeaseTerms(wanted, wanted, Optional.of(shortenedAt(nowNanos)))
                : this;
    }

    /** Of several, the latest with the length of the shortest: what was sent before counts for no more than that. */
    private Shortened shortenedAt(long nowNanos) {
        Duration length = shortened
                .map(before -> shorter(before.length(), wanted.lease()))
                .orElse(wanted.lease());
        return new Shortened(nowNanos, length);
    }

    /** How long a lease runs from the send time of a heartbeat with these terms. */
    public Duration length() {
        return shorter(stated.lease(), wanted.lease());
    }

    /** A heartbeat sent under {@code then} is acknowledged under these: neither may be exceeded. */
    public Duration lengthFor(LeaseTerms then, long sentNanos) {
        Duration both = shorter(length(), then.length());
        return shortened
                .filter(later -> sentNanos - later.sentNanos() < 0)
                .map(later -> shorter(both, later.length()))
                .orElse(both);
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }
}
