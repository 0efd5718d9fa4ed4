package dev.baton.failover.mesh;

import dev.baton.contract.FleetId;
import dev.baton.contract.Rules;
import dev.baton.contract.Tick;
import dev.baton.contract.TickClock;
import dev.baton.contract.Topic;
import dev.baton.contract.Topics;
import dev.baton.contract.mesh.HealthEvent;
import dev.baton.contract.mesh.HealthSnapshot;
import dev.baton.contract.mesh.MeshEntry;
import dev.baton.contract.mesh.MeshEvent;
import dev.baton.contract.mesh.MeshEvent.EndpointHealthChanged;
import dev.baton.contract.mesh.Ticked;
import dev.baton.failover.core.Views.View;
import dev.baton.failover.health.Health;
import dev.baton.failover.health.HealthState;
import dev.baton.failover.runner.Fold;
import dev.baton.failover.runner.MeshWrite;
import dev.baton.failover.runner.Watch;
import dev.baton.failover.runner.Write;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The log of observers gives changes of endpoints' health for the log of the mesh. */
public final class HealthFold implements Fold<HealthState, HealthSnapshot, HealthEvent> {
    static final Duration TICK = Duration.ofMillis(500);

    private final Watch watch;

    public HealthFold(Watch watch) {
        this.watch = watch;
    }

    @Override
    public HealthState start(FleetId mesh) {
        return HealthState.start(mesh);
    }

    @Override
    public HealthState of(HealthSnapshot snapshot) {
        return HealthState.of(snapshot);
    }

    @Override
    public HealthSnapshot snapshot(HealthState state, long offset) {
        return state.snapshot(offset);
    }

    @Override
    public Folded<HealthState> step(HealthState before, FleetId mesh, long offset, Instant at, HealthEvent entry) {
        // An entry that ends a task would end the next one, too, and with it every mesh of the partition.
        Health.Outcome outcome =
                Health.orPassedOver(before, entry, bug -> watch.notFolded(mesh, Topics.HEALTH.name(), offset, bug));
        var writes = new ArrayList<Write>();
        for (MeshEvent change : outcome.changes()) {
            var origin = new MeshEntry.Origin(MeshEntry.Source.HEALTH, offset, writes.size());
            writes.add(new MeshWrite.ToMesh(new MeshEntry(mesh, Optional.of(origin), change)));
            if (change instanceof EndpointHealthChanged health) {
                watch.healthChanged(mesh, offset, health);
            }
        }
        return new Folded<>(outcome.state(), writes);
    }

    @Override
    public int sizeOf(HealthState state) {
        return state.endpoints().size();
    }

    /** Endpoints add entries only when they change, and now and then to say that their probers live. */
    @Override
    public int entitiesPerInterval() {
        return 200;
    }

    @Override
    public Topic snapshotLog() {
        return Topics.MESH_SNAPSHOTS;
    }

    @Override
    public Write keep(HealthSnapshot snapshot, int meshes, Topic log) {
        return new MeshWrite.TakeMeshSnapshot(snapshot, meshes);
    }

    /** There is one version yet; the first change of a rule adds the next. */
    @Override
    public Rules rulesOf(HealthState state) {
        return Rules.FIRST;
    }

    /** Reports are kept for a day only; an endpoint's evidence is made anew by its observers' next reports. */
    @Override
    public boolean needsWholePast() {
        return false;
    }

    @Override
    public Optional<Tick> tickOf(HealthEvent entry) {
        return entry instanceof Ticked(Tick tick) ? Optional.of(tick) : Optional.empty();
    }

    @Override
    public TickClock clockOf(HealthState state) {
        return state.clock();
    }

    /** Where nobody observes anything, nobody falls silent. */
    @Override
    public Optional<Duration> tickPeriod(HealthState state) {
        return state.endpoints().isEmpty() ? Optional.empty() : Optional.of(TICK);
    }

    @Override
    public Write tick(FleetId mesh, Tick tick) {
        return new MeshWrite.ToHealth(mesh, new Ticked(tick));
    }

    /** What this fold says goes into a log, not into a view. */
    @Override
    public List<Write> views(FleetId mesh, HealthState state, long cause) {
        return List.of();
    }

    @Override
    public List<Correction> corrections(
            FleetId mesh, HealthState state, Supplier<Optional<List<View>>> published, long offset) {
        return List.of();
    }
}
