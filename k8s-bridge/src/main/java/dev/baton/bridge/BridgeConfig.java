package dev.baton.bridge;

import java.time.Duration;

/**
 * A bridge's settings.
 *
 * @param identity tells this replica from the others in the Lease
 * @param namespace of the Lease, the webhook's secret and service
 * @param statusWritesPerSecond most writes to the API server a second, of all kinds together
 * @param heartbeatRefresh how old the shown time of a node's last heartbeat may become; longer with many nodes, so
 *     that refreshing it takes at most a fifth of the writes
 * @param leaseDuration the time the time after which another replica takes over from one that is gone
 * @param mode whether it writes what was decided into the objects
 * @param unknownPods whether it says of each node which of its pods are known
 */
public record BridgeConfig(
        String identity,
        String namespace,
        int statusWritesPerSecond,
        Duration heartbeatRefresh,
        Duration leaseDuration,
        Mode mode,
        UnknownPods unknownPods) {
    public static final int STATUS_WRITES_PER_SECOND = 50;
    public static final Duration HEARTBEAT_REFRESH = Duration.ofSeconds(30);
    public static final Duration LEASE_DURATION = Duration.ofSeconds(10);

    public BridgeConfig {
        if (statusWritesPerSecond < 1 || statusWritesPerSecond > 10_000) {
            throw new IllegalArgumentException(
                    "statusWritesPerSecond=" + statusWritesPerSecond + " is not within 1..10000");
        }
        if (heartbeatRefresh.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException(
                    "heartbeatRefresh=" + heartbeatRefresh.toMillis() + "ms is shorter than 1s");
        }
        if (leaseDuration.compareTo(Duration.ofSeconds(2)) < 0) {
            throw new IllegalArgumentException("leaseDuration=" + leaseDuration.toMillis() + "ms is shorter than 2s");
        }
    }
}
