package dev.baton.failover.health;

import dev.baton.contract.TickClock;
import dev.baton.contract.mesh.EndpointAddress;
import dev.baton.contract.mesh.HealthRules;
import dev.baton.failover.core.Table;
import java.time.Duration;

/** What is known of a mesh's endpoints. */
public record HealthState(TickClock clock, HealthRules rules, Table<EndpointAddress, Evidence> endpoints) {
    private static final HealthRules UNTIL_DECLARED = new HealthRules(3, 2, 5, 2, Duration.ofSeconds(10));

    public static final HealthState START = new HealthState(TickClock.START, UNTIL_DECLARED, Table.empty());

    /** Log time. */
    Duration now() {
        return clock.elapsed();
    }
}
