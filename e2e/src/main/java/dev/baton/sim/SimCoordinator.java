package dev.baton.sim;

import dev.baton.contract.Decided;
import dev.baton.contract.Decision;
import dev.baton.contract.Declaration;
import dev.baton.contract.FleetEvent;
import dev.baton.contract.FleetSnapshot;
import dev.baton.contract.LivenessEvent;
import dev.baton.contract.LivenessSnapshot;
import dev.baton.contract.Sequenced;
import dev.baton.contract.Sequenced.Origin;
import dev.baton.contract.Sequenced.Source;
import dev.baton.contract.SettingsDeclared;
import dev.baton.contract.Snapshot;
import dev.baton.contract.Tick;
import dev.baton.failover.core.FleetState;
import dev.baton.failover.core.Liveness;
import dev.baton.failover.core.LivenessState;
import dev.baton.failover.core.Outcome;
import dev.baton.failover.core.Views;
import dev.baton.failover.core.Views.View;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One life of a coordinator: liveness task, intake of declarations and coordination task, as the shell runs them. It
 * begins at a snapshot at or before the committed offsets, folds up to those without a word, and goes on from there; what
 * it says may have been said before, by itself or by another.
 */
final class SimCoordinator {
    private static final Duration COMMIT = Duration.ofMillis(100);

    private final World world;
    private final String name;
    private final Process process;
    private final Link link;
    private final Cores cores;
    private final SimTicker heartbeatTicker;
    private final SimTicker fleetTicker;
    private final Pipe<LivenessEvent> toHeartbeats;
    private final Pipe<Sequenced> toFleet;
    private final Pipe<Decided> toDecisions;
    private final Pipe<View> toTunnels;
    private final Pipe<View> toAssignments;
    private final Pipe<View> toPolicies;
    private final Pipe<Snapshot> toSnapshots;
    private final Reader<LivenessEvent> heartbeats;
    private final Reader<Declaration> declarations;
    private final Reader<Sequenced> fleet;
    private LivenessState liveness;
    private FleetState state;
    private boolean owner = true;

    SimCoordinator(World world, int number, Link link, CrookedClock clock) {
        this.world = world;
        this.name = "coord" + number;
        this.link = link;
        this.process = new Process(world.scheduler(), clock);
        this.cores = new Cores(world.mutant(), number);
        this.heartbeatTicker = new SimTicker(world.mutant(), name);
        this.fleetTicker = new SimTicker(world.mutant(), name);
        Logs logs = world.logs();
        this.toHeartbeats = pipe(logs.heartbeats());
        this.toFleet = pipe(logs.fleet());
        this.toDecisions = pipe(logs.decisions());
        this.toTunnels = pipe(logs.tunnels());
        this.toAssignments = pipe(logs.assignments());
        this.toPolicies = pipe(logs.policies());
        this.toSnapshots = pipe(logs.snapshots());
        this.heartbeats = new Reader<>(world.scheduler(), link, logs.heartbeats(), process, this::heard);
        this.declarations = new Reader<>(world.scheduler(), link, logs.declarations(), process, this::declared);
        this.fleet = new Reader<>(world.scheduler(), link, logs.fleet(), process, this::sequenced);
        this.liveness = cores.startOfLiveness(LivenessState.start(world.fleetId()));
        this.state = FleetState.start(world.fleetId());
    }

    private <E> Pipe<E> pipe(SimLog<E> log) {
        return new Pipe<>(world.scheduler(), world.random(), link, log, 0);
    }

    Process process() {
        return process;
    }

    Link link() {
        return link;
    }

    String name() {
        return name;
    }

    void start() {
        Group committed = world.group();
        restoreLiveness(committed.heartbeats());
        restoreFleet(committed.fleet());
        world.acts().restored(name, liveness.snapshot(committed.heartbeats()), state.snapshot(committed.fleet()));
        world.trace().line(name, "start", committed.toString());
        heartbeats.openAt(committed.heartbeats());
        declarations.openAt(committed.declarations());
        fleet.openAt(committed.fleet());
        publishAll(committed.fleet());
        punctuate();
        process.in(COMMIT.toNanos(), this::commit);
        process.in(world.snapshotPeriod(), this::takeSnapshots);
    }

    /** Another instance owns the partitions now: nothing of this one is committed any more. */
    void disown() {
        owner = false;
    }

    void die() {
        process.die();
        heartbeats.close();
        declarations.close();
        fleet.close();
        for (Pipe<?> pipe : pipes()) {
            pipe.abandon();
        }
    }

    private List<Pipe<?>> pipes() {
        return List.of(toHeartbeats, toFleet, toDecisions, toTunnels, toAssignments, toPolicies, toSnapshots);
    }

    private void restoreLiveness(long committed) {
        Optional<LivenessSnapshot> best = Optional.empty();
        for (long offset = 0; offset < world.logs().snapshots().end(); offset++) {
            if (world.logs().snapshots().get(offset).value() instanceof LivenessSnapshot snapshot
                    && snapshot.offset() <= committed
                    && best.map(known -> known.offset() <= snapshot.offset()).orElse(true)) {
                best = Optional.of(snapshot);
            }
        }
        liveness = best.map(LivenessState::of).orElse(liveness);
        for (long offset = best.map(LivenessSnapshot::offset).orElse(0L); offset < committed; offset++) {
            SimLog.Entry<LivenessEvent> entry = world.logs().heartbeats().get(offset);
            liveness =
                    cores.liveness(liveness, offset, entry.at(), entry.value()).state();
        }
    }

    private void restoreFleet(long committed) {
        Optional<FleetSnapshot> best = Optional.empty();
        for (long offset = 0; offset < world.logs().snapshots().end(); offset++) {
            if (world.logs().snapshots().get(offset).value() instanceof FleetSnapshot snapshot
                    && snapshot.offset() <= committed
                    && best.map(known -> known.offset() <= snapshot.offset()).orElse(true)) {
                best = Optional.of(snapshot);
            }
        }
        state = best.map(FleetState::of).orElse(state);
        for (long offset = best.map(FleetSnapshot::offset).orElse(0L); offset < committed; offset++) {
            state = cores.coordination(
                            state, offset, world.logs().fleet().get(offset).value())
                    .state();
        }
    }

    private void heard(SimLog.Entry<LivenessEvent> entry) {
        Liveness.Outcome outcome = cores.liveness(liveness, entry.offset(), entry.at(), entry.value());
        liveness = outcome.state();
        if (entry.value() instanceof Tick tick) {
            heartbeatTicker.readBack(tick, liveness.clock(), process.clock().now());
        }
        int index = 0;
        for (FleetEvent event : outcome.events()) {
            sequence(new Origin(Source.HEARTBEATS, entry.offset(), index++), event);
        }
    }

    private void declared(SimLog.Entry<Declaration> entry) {
        sequence(new Origin(Source.DECLARATIONS, entry.offset(), 0), entry.value());
    }

    private void sequence(Origin origin, FleetEvent event) {
        send(toFleet, new Sequenced(world.fleetId(), Optional.of(origin), event));
    }

    private void sequenced(SimLog.Entry<Sequenced> entry) {
        FleetState before = state;
        Outcome outcome = cores.coordination(state, entry.offset(), entry.value());
        state = outcome.state();
        if (entry.value().event() instanceof Tick tick) {
            fleetTicker.readBack(tick, state.clock(), process.clock().now());
        }
        int index = 0;
        for (Decision decision : outcome.decisions()) {
            send(toDecisions, new Decided(world.fleetId(), entry.offset(), index++, decision));
        }
        Views.of(before, outcome, entry.offset()).forEach(this::publish);
    }

    private void publish(View view) {
        switch (view) {
            case View.OfTunnel tunnel -> send(toTunnels, tunnel);
            case View.OfSettings settings -> {
                send(toTunnels, settings);
                send(toHeartbeats, new SettingsDeclared(settings.settings().settings()));
            }
            case View.OfAssignment assignment -> send(toAssignments, assignment);
            case View.OfPolicy policy -> send(toPolicies, policy);
            case View.OfAlert alert -> {}
        }
    }

    private void publishAll(long cause) {
        Views.all(state, cause).forEach(this::publish);
    }

    /** Whatever the compacted logs end with that should not be there is taken away. */
    private void removeStrays(long offset) {
        if (link.canReceive() && !world.has(Mutant.STRAYS_LEFT)) {
            for (View published : world.logs().published().values()) {
                Views.removalOf(published, state, offset).ifPresent(this::publish);
            }
        }
    }

    private static <E> void send(Pipe<E> pipe, E value) {
        pipe.send(value, Long.MAX_VALUE, () -> {});
    }

    private void punctuate() {
        long now = process.clock().now();
        Duration period = state.settings().timings().tunnelMonitorPeriod();
        heartbeatTicker.due(now, liveness.clock(), period).ifPresent(tick -> send(toHeartbeats, tick));
        if (state.waitsForTime()) {
            fleetTicker
                    .due(now, state.clock(), period)
                    .ifPresent(tick -> send(toFleet, new Sequenced(world.fleetId(), Optional.empty(), tick)));
        } else {
            fleetTicker.rest();
        }
        process.in(period.toNanos() / world.swarm().punctuations(), this::punctuate);
    }

    /** Nothing is committed before everything that follows from it is in the logs. */
    private void commit() {
        if (owner && pipes().stream().allMatch(Pipe::isEmpty)) {
            world.commit(new Group(heartbeats.position(), declarations.position(), fleet.position()));
        }
        process.in(COMMIT.toNanos(), this::commit);
    }

    private void takeSnapshots() {
        send(toSnapshots, cores.snapshot(liveness, heartbeats.position()));
        send(toSnapshots, state.snapshot(fleet.position()));
        publishAll(fleet.position());
        removeStrays(fleet.position());
        process.in(world.snapshotPeriod(), this::takeSnapshots);
    }
}
