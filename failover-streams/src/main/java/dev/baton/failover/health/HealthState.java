package dev.baton.failover.health;

import dev.baton.contract.FleetId;
import dev.baton.contract.TickClock;
import dev.baton.contract.mesh.EndpointAddress;
import dev.baton.contract.mesh.HealthRules;
import dev.baton.contract.mesh.HealthSnapshot;
import dev.baton.contract.mesh.HealthSnapshot.ObservedEndpoint;
import dev.baton.contract.mesh.Heard;
import dev.baton.contract.mesh.ObserverId;
import dev.baton.failover.core.Table;
import java.time.Duration;
import java.util.ArrayList;
import java.util.TreeMap;

/** What is known of a mesh's endpoints. */
public record HealthState(
        FleetId mesh, TickClock clock, HealthRules rules, Table<EndpointAddress, Evidence> endpoints) {
    public static HealthState start(FleetId mesh) {
        return new HealthState(mesh, TickClock.START, HealthRules.DEFAULT, Table.empty());
    }

    public static HealthState of(HealthSnapshot snapshot) {
        Table<EndpointAddress, Evidence> endpoints = Table.empty();
        for (ObservedEndpoint one : snapshot.endpoints()) {
            var heard = new TreeMap<ObserverId, Heard>();
            one.heard().forEach(last -> heard.put(last.report().observer(), last));
            endpoints = endpoints.with(one.endpoint(), new Evidence(one.verdict(), heard));
        }
        return new HealthState(snapshot.fleet(), snapshot.clock(), snapshot.rules(), endpoints);
    }

    /** @param offset of the first entry that this state has not folded */
    public HealthSnapshot snapshot(long offset) {
        var observed = new ArrayList<ObservedEndpoint>();
        endpoints.forEach(entry -> observed.add(new ObservedEndpoint(
                entry.key(),
                entry.value().verdict(),
                new ArrayList<>(entry.value().heard().values()))));
        return new HealthSnapshot(mesh, offset, clock, rules, observed);
    }

    /** Log time. */
    Duration now() {
        return clock.elapsed();
    }
}
