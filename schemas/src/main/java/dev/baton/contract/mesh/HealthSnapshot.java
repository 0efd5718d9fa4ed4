package dev.baton.contract.mesh;

import dev.baton.contract.FleetId;
import dev.baton.contract.TickClock;
import java.util.List;

/** State of the health fold. */
public record HealthSnapshot(
        FleetId fleet, long offset, TickClock clock, HealthRules rules, List<ObservedEndpoint> endpoints)
        implements MeshSnapshot {
    public HealthSnapshot {
        endpoints = List.copyOf(endpoints);
    }

    /** @param heard from each of its observers */
    public record ObservedEndpoint(EndpointAddress endpoint, HealthVerdict verdict, List<Heard> heard) {
        public ObservedEndpoint {
            heard = List.copyOf(heard);
        }
    }
}
