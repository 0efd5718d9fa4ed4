package dev.baton.failover;

import dev.baton.contract.FleetId;
import dev.baton.contract.Settings;
import java.util.Map;
import java.util.Optional;

/**
 * What a coordinator needs to run.
 *
 * @param bootstrap Kafka's address, {@code host:port[,host:port...]}
 * @param settings to put in force on start; empty: whatever the log says stays in force
 * @param client further settings for every Kafka client, such as security
 */
public record CoordinatorConfig(
        String bootstrap, FleetId fleet, Optional<Settings> settings, Map<String, Object> client) {
    public CoordinatorConfig {
        if (bootstrap.isBlank()) {
            throw new IllegalArgumentException("bootstrap is empty; allowed is host:port[,host:port...]");
        }
        client = Map.copyOf(client);
    }
}
