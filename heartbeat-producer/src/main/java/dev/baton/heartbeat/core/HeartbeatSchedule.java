package dev.baton.heartbeat.core;

import java.time.Duration;

/**
 * When the next heartbeat is due. In step with the period while the thread keeps up; after a pause it begins anew
 * rather than sending what was missed: a burst of late heartbeats tells nobody anything.
 */
public record HeartbeatSchedule(long dueNanos) {

    public boolean isDue(long nowNanos) {
        return dueNanos - nowNanos <= 0;
    }

    public Duration untilDue(long nowNanos) {
        return Duration.ofNanos(Math.max(0, dueNanos - nowNanos));
    }

    /** How long the next heartbeat is overdue: the thread that sends it had no processor for so long. */
    public Duration overdue(long nowNanos) {
        return Duration.ofNanos(Math.max(0, nowNanos - dueNanos));
    }

    /**
     * The fleet's period turns out to be this one: a lease that is as short does not wait for the end of a longer one.
     */
    public HeartbeatSchedule within(long nowNanos, Duration period) {
        long latest = nowNanos + period.toNanos();
        return dueNanos - latest <= 0 ? this : new HeartbeatSchedule(latest);
    }

    /** After one was sent, on time, late, or early because there was news. */
    public HeartbeatSchedule sent(long nowNanos, Duration period) {
        long step = period.toNanos();
        long late = nowNanos - dueNanos;
        return new HeartbeatSchedule((late < 0 || late >= step ? nowNanos : dueNanos) + step);
    }
}
