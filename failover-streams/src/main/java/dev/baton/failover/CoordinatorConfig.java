package dev.baton.failover;

import dev.baton.contract.FleetId;
import dev.baton.contract.Settings;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Configuration of a coordinator.
 *
 * @param bootstrap Kafka's address, {@code host:port[,host:port...]}
 * @param settings to put in force on start; empty: whatever the log says stays in force
 * @param client further settings for every Kafka client, such as security
 * @param snapshotEvery entries of a log between two snapshots of its fold: a start folds at most so many again
 * @param sessionTimeout silence after which another coordinator takes over; not below the minimum that the brokers
 *     allow
 */
public record CoordinatorConfig(
        String bootstrap,
        FleetId fleet,
        Optional<Settings> settings,
        Map<String, Object> client,
        int snapshotEvery,
        Duration sessionTimeout) {
    /**
     * How long it takes until another coordinator takes over from a killed one. The broker must allow it; its default
     * minimum is 6 s.
     */
    public static final Duration SESSION_TIMEOUT = Duration.ofMillis(1_500);

    public static final int SNAPSHOT_EVERY = 2_000;

    public CoordinatorConfig(String bootstrap, FleetId fleet, Optional<Settings> settings, Map<String, Object> client) {
        this(bootstrap, fleet, settings, client, SNAPSHOT_EVERY, SESSION_TIMEOUT);
    }

    public CoordinatorConfig {
        if (bootstrap.isBlank()) {
            throw new IllegalArgumentException("bootstrap is empty; allowed is host:port[,host:port...]");
        }
        if (snapshotEvery < 1) {
            throw new IllegalArgumentException("snapshotEvery=" + snapshotEvery + " must be positive");
        }
        client = Map.copyOf(client);
    }

    public CoordinatorConfig withSnapshotEvery(int changed) {
        return new CoordinatorConfig(bootstrap, fleet, settings, client, changed, sessionTimeout);
    }

    public CoordinatorConfig withSessionTimeout(Duration changed) {
        return new CoordinatorConfig(bootstrap, fleet, settings, client, snapshotEvery, changed);
    }
}
