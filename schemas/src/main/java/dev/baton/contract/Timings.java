package dev.baton.contract;

import java.time.Duration;

/**
 * The three times that decide how fast a failure is noticed, by EgressGateway's names.
 *
 * @param tunnelUpdatePeriod heartbeat period of the agents
 * @param tunnelMonitorPeriod tick period of the coordinator
 * @param eipEvictionTimeout silence that costs a node its EIPs
 */
public record Timings(Duration tunnelUpdatePeriod, Duration tunnelMonitorPeriod, Duration eipEvictionTimeout) {
    /** Two clocks may run at different rates: 1 % of the timeout covers it, but not less than this. */
    private static final Duration LEAST_MARGIN = Duration.ofMillis(50);

    /**
     * The kernel refuses a renewal that comes later after the reading of the clock; until then the lease ends later.
     */
    private static final Duration KERNEL_GUARD = Duration.ofMillis(40);

    // Below the constants by which it is checked.
    public static final Timings DEFAULT =
            new Timings(Duration.ofMillis(500), Duration.ofMillis(250), Duration.ofSeconds(3));

    public Timings {
        requirePeriod("tunnelUpdatePeriod", tunnelUpdatePeriod);
        requirePeriod("tunnelMonitorPeriod", tunnelMonitorPeriod);
        requirePeriod("eipEvictionTimeout", eipEvictionTimeout);
        if (eipEvictionTimeout.compareTo(tunnelMonitorPeriod.plus(tunnelUpdatePeriod)) <= 0) {
            throw new IllegalArgumentException("eipEvictionTimeout=" + text(eipEvictionTimeout)
                    + " must be longer than tunnelMonitorPeriod=" + text(tunnelMonitorPeriod) + " + tunnelUpdatePeriod="
                    + text(tunnelUpdatePeriod) + ": a node would be timed out between two of its heartbeats");
        }
        if (eipEvictionTimeout.dividedBy(3).compareTo(neededMargin(eipEvictionTimeout)) < 0) {
            throw new IllegalArgumentException("eipEvictionTimeout=" + text(eipEvictionTimeout)
                    + " is too short: a lease ends a third earlier at most, and that must cover the "
                    + text(KERNEL_GUARD) + " by which the kernel may end it late, and 1 % for clocks; allowed are 124ms"
                    + " and more");
        }
    }

    private static Duration neededMargin(Duration timeout) {
        return KERNEL_GUARD.plus(timeout.dividedBy(100));
    }

    private static void requirePeriod(String field, Duration value) {
        if (value.toNanosPart() % 1_000_000 != 0) {
            throw new IllegalArgumentException(field + "=" + value + " is not a whole number of milliseconds");
        }
        if (value.compareTo(Duration.ofMillis(10)) < 0 || value.compareTo(Duration.ofMinutes(10)) > 0) {
            throw new IllegalArgumentException(field + "=" + text(value) + " is not within 10ms..10m");
        }
    }

    /**
     * How much earlier than the timeout an agent's lease ends: 40 ms that the kernel may set it late, and 1 % of the
     * timeout; at least 50 ms, at most a third.
     */
    public Duration leaseMargin() {
        Duration margin = neededMargin(eipEvictionTimeout);
        margin = margin.compareTo(LEAST_MARGIN) < 0 ? LEAST_MARGIN : margin;
        Duration most = eipEvictionTimeout.dividedBy(3);
        return margin.compareTo(most) > 0 ? most : margin;
    }

    /** How long a lease runs from the send time of an acknowledged heartbeat. */
    public Duration lease() {
        return eipEvictionTimeout.minus(leaseMargin());
    }

    private static String text(Duration value) {
        return value.toMillis() + "ms";
    }
}
