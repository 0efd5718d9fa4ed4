package dev.baton.failover.mesh;

import dev.baton.contract.FleetId;
import dev.baton.contract.Rules;
import dev.baton.contract.Tick;
import dev.baton.contract.TickClock;
import dev.baton.contract.Topic;
import dev.baton.contract.Topics;
import dev.baton.contract.mesh.HealthRulesDeclared;
import dev.baton.contract.mesh.MeshDecided;
import dev.baton.contract.mesh.MeshDecision;
import dev.baton.contract.mesh.MeshEntry;
import dev.baton.contract.mesh.RouteInForce;
import dev.baton.contract.mesh.RoutingSnapshot;
import dev.baton.contract.mesh.Ticked;
import dev.baton.failover.core.Views.View;
import dev.baton.failover.routing.MeshState;
import dev.baton.failover.routing.Routing;
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

/** The log of a mesh gives decisions, and the routes that follow from them. */
public final class RoutingFold implements Fold<MeshState, RoutingSnapshot, MeshEntry> {
    private final Watch watch;

    public RoutingFold(Watch watch) {
        this.watch = watch;
    }

    @Override
    public MeshState start(FleetId mesh) {
        return MeshState.start(mesh);
    }

    @Override
    public MeshState of(RoutingSnapshot snapshot) {
        return MeshState.of(snapshot);
    }

    @Override
    public RoutingSnapshot snapshot(MeshState state, long offset) {
        return state.snapshot(offset);
    }

    @Override
    public Folded<MeshState> step(MeshState before, FleetId mesh, long offset, Instant at, MeshEntry entry) {
        // An entry that ends a task would end the next one, too, and with it every mesh of the partition.
        Routing.Outcome outcome = Routing.orPassedOver(
                before, offset, entry, bug -> watch.notFolded(mesh, Topics.MESH.name(), offset, bug));
        var writes = new ArrayList<Write>();
        for (MeshDecision decision : outcome.decisions()) {
            writes.add(new MeshWrite.ToMeshDecisions(new MeshDecided(mesh, offset, writes.size(), decision)));
        }
        for (MeshDecision decision : outcome.decisions()) {
            shown(mesh, offset, decision).ifPresent(writes::add);
        }
        if (!outcome.state().rules().equals(before.rules())) {
            writes.add(rules(mesh, outcome.state()));
        }
        watch.routed(mesh, offset, outcome.decisions());
        return new Folded<>(outcome.state(), writes);
    }

    private static Optional<Write> shown(FleetId mesh, long cause, MeshDecision decision) {
        return switch (decision) {
            case MeshDecision.RouteAssigned(var route, var epoch) ->
                Optional.of(new MeshWrite.ShowRoute(mesh, new RouteInForce(route, epoch, cause)));
            case MeshDecision.RouteWithdrawn gone ->
                Optional.of(new MeshWrite.RemoveRoute(mesh, gone.destination(), gone.caller(), cause));
            case MeshDecision.EndpointEjected _,
                    MeshDecision.EjectionRefused _,
                    MeshDecision.EndpointReturns _,
                    MeshDecision.MembersUnused _,
                    MeshDecision.MembersWithheld _,
                    MeshDecision.HoldChanged _,
                    MeshDecision.RequestRefused _ -> Optional.empty();
        };
    }

    /** The health fold reads no log but its own. */
    private static Write rules(FleetId mesh, MeshState state) {
        return new MeshWrite.ToHealth(mesh, new HealthRulesDeclared(state.rules()));
    }

    @Override
    public int sizeOf(MeshState state) {
        return state.destinations().size()
                + state.members().size()
                + state.assigned().size();
    }

    @Override
    public int entitiesPerInterval() {
        return 2_000;
    }

    @Override
    public Topic snapshotLog() {
        return Topics.MESH_SNAPSHOTS;
    }

    @Override
    public Write keep(RoutingSnapshot snapshot, int meshes, Topic log) {
        return new MeshWrite.TakeMeshSnapshot(snapshot, meshes);
    }

    /** There is one version yet; the first change of a rule adds the next. */
    @Override
    public Rules rulesOf(MeshState state) {
        return Rules.FIRST;
    }

    /** A destination may be as old as the mesh. */
    @Override
    public boolean needsWholePast() {
        return true;
    }

    @Override
    public Optional<Tick> tickOf(MeshEntry entry) {
        return entry.event() instanceof Ticked(Tick tick) ? Optional.of(tick) : Optional.empty();
    }

    @Override
    public TickClock clockOf(MeshState state) {
        return state.clock();
    }

    @Override
    public Optional<Duration> tickPeriod(MeshState state) {
        return state.waitsForTime() ? Optional.of(HealthFold.TICK) : Optional.empty();
    }

    @Override
    public Write tick(FleetId mesh, Tick tick) {
        return new MeshWrite.ToMesh(new MeshEntry(mesh, Optional.empty(), new Ticked(tick)));
    }

    @Override
    public List<Write> views(FleetId mesh, MeshState state, long cause) {
        var writes = new ArrayList<Write>();
        state.routes().forEach(route -> writes.add(new MeshWrite.ShowRoute(mesh, route)));
        writes.add(rules(mesh, state));
        return writes;
    }

    /** What an old coordinator said last is put right when the routes are said again, with the next snapshot. */
    @Override
    public List<Correction> corrections(
            FleetId mesh, MeshState state, Supplier<Optional<List<View>>> published, long offset) {
        return List.of();
    }
}
