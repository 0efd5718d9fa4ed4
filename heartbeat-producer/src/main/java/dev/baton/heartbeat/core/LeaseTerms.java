package dev.baton.heartbeat.core;

import dev.baton.contract.Heartbeat;
import dev.baton.contract.Timings;
import java.time.Duration;

/**
 * Which eviction timeout heartbeats state while settings change, and how long a lease they give.
 *
 * <p>The coordinator never times a node out earlier than its last heartbeat stated. So a longer timeout may be stated
 * at once, and a shorter one only when no lease given under the longer one runs beyond it: until then heartbeats go on
 * stating the longer one and renew by the shorter.
 */
public record LeaseTerms(Timings stated, Timings wanted) {
    public static LeaseTerms of(Timings timings) {
        return new LeaseTerms(timings, timings);
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
                timings);
    }

    public LeaseTerms wanting(Timings timings) {
        return new LeaseTerms(stated, timings);
    }

    /** To be asked before each heartbeat. */
    public LeaseTerms settled(Lease lease, long nowNanos) {
        boolean longer = wanted.lease().compareTo(stated.lease()) >= 0;
        return longer || lease.endsWithin(nowNanos, wanted.lease()) ? of(wanted) : this;
    }

    /** How long a lease runs from the send time of a heartbeat with these terms. */
    public Duration length() {
        return shorter(stated.lease(), wanted.lease());
    }

    /** A heartbeat sent under {@code then} is acknowledged under these: neither may be exceeded. */
    public Duration lengthFor(LeaseTerms then) {
        return shorter(length(), then.length());
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }
}
