package dev.baton.sim.world;

import dev.baton.contract.Decided;
import dev.baton.contract.Declaration;
import dev.baton.contract.FleetId;
import dev.baton.contract.FleetSnapshot;
import dev.baton.contract.Lineage;
import dev.baton.contract.LivenessEvent;
import dev.baton.contract.LivenessSnapshot;
import dev.baton.contract.Rules;
import dev.baton.contract.Sequenced;
import dev.baton.contract.UnknownRules;
import dev.baton.failover.core.FleetState;
import dev.baton.failover.core.LivenessState;
import dev.baton.failover.core.Views.View;
import dev.baton.failover.runner.FoldRunner;
import dev.baton.failover.runner.IncompletePast;
import dev.baton.failover.runner.Intake;
import dev.baton.failover.runner.MeshWrite;
import dev.baton.failover.runner.Write;
import dev.baton.sim.menu.Rare;
import dev.baton.sim.model.Committed;
import dev.baton.sim.model.CrookedClock;
import dev.baton.sim.model.Link;
import dev.baton.sim.model.Logs;
import dev.baton.sim.model.Pipe;
import dev.baton.sim.model.Process;
import dev.baton.sim.model.Reader;
import dev.baton.sim.model.SimLog;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One life of a coordinator: the runners that ship, between readers and pipes instead of Kafka Streams. It begins at
 * the committed offsets, and what it writes may have been written before, by itself or by another.
 */
public final class SimCoordinator {
    private static final Duration COMMIT = Duration.ofMillis(100);
    private static final int LEAST_SNAPSHOT_EVERY = 20;
    private static final int MOST_SNAPSHOT_EVERY = 400;

    private final World world;
    private final String name;
    private final Process process;
    private final Link link;
    private final Pipe<LivenessEvent> toHeartbeats;
    private final Pipe<Sequenced> toFleet;
    private final Pipe<Decided> toDecisions;
    private final Pipe<Write.Show> toTunnels;
    private final Pipe<Write.Show> toAssignments;
    private final Pipe<Write.Show> toPolicies;
    private final Pipe<Write.TakeSnapshot> toSnapshots;
    private final Reader<LivenessEvent> heartbeats;
    private final Reader<Declaration> declarations;
    private final Reader<Sequenced> fleet;
    private final FoldRunner<LivenessState, LivenessSnapshot, LivenessEvent> liveness;
    private final FoldRunner<FleetState, FleetSnapshot, Sequenced> coordination;
    private final int number;
    private int drawn;
    private boolean owner = true;

    SimCoordinator(World world, int number, Rules newest, Link link, CrookedClock clock) {
        this.world = world;
        this.name = "coord" + number;
        this.number = number;
        this.link = link;
        this.process = new Process(world.scheduler(), clock);
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
        var cores = new FoldsUnderTest(world, number, newest);
        int snapshotEvery = LEAST_SNAPSHOT_EVERY + world.random().nextInt(MOST_SNAPSHOT_EVERY - LEAST_SNAPSHOT_EVERY);
        this.liveness = new FoldRunner<>(
                new BentFolds.OfLiveness(cores, this::draw),
                new SimPast<>(world, link, logs.heartbeats(), LivenessSnapshot.class),
                "heartbeats",
                name,
                unique -> new SimTicker(world.mutant(), unique),
                snapshotEvery);
        this.coordination = new FoldRunner<>(
                new BentFolds.OfCoordination(cores, this::draw),
                new SimPast<>(world, link, logs.fleet(), FleetSnapshot.class),
                "fleet",
                name,
                unique -> new SimTicker(world.mutant(), unique),
                snapshotEvery);
    }

    /** Never the same again. */
    private Lineage draw() {
        return Lineage.of(((long) number << Integer.SIZE) + drawn++);
    }

    private <E> Pipe<E> pipe(SimLog<E> log) {
        return new Pipe<>(world.scheduler(), world.random(), link, log, () -> 0).endingWithItsLog();
    }

    public Process process() {
        return process;
    }

    public Link link() {
        return link;
    }

    public String name() {
        return name;
    }

    /** Whether it stands where its predecessor stood, in every log that has entries. */
    public boolean isRestored() {
        return (liveness.isRestored() || world.logs().heartbeats().end() == 0)
                && (coordination.isRestored() || world.logs().fleet().end() == 0);
    }

    /** The next entry of the fleet log that it will read, and the next heartbeat. */
    Committed position() {
        return new Committed(heartbeats.position(), declarations.position(), fleet.position());
    }

    void start() {
        Committed committed = world.group();
        world.trace().line(name, "start", committed.toString());
        heartbeats.openAt(committed.heartbeats());
        declarations.openAt(committed.declarations());
        fleet.openAt(committed.fleet());
        punctuate();
        process.in(COMMIT.toNanos(), this::commit);
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

    private void heard(SimLog.Entry<LivenessEvent> entry) {
        boolean first = !liveness.isRestored();
        if (take(liveness, entry) && first) {
            long next = entry.offset() + 1;
            for (FleetId fleet : world.fleets()) {
                LivenessState state = liveness.state(fleet).orElseGet(() -> LivenessState.start(fleet));
                world.deeds().restored(name, state.snapshot(next));
            }
        }
    }

    private void declared(SimLog.Entry<Declaration> entry) {
        if (entry.isReadable()) {
            perform(List.of(Intake.take(entry.fleet(), entry.offset(), entry.value(), draw())));
        }
    }

    private void sequenced(SimLog.Entry<Sequenced> entry) {
        boolean first = !coordination.isRestored();
        boolean adopted = areRulesAdopted();
        boolean taken = take(coordination, entry);
        if (taken && !first && areRulesAdopted() && !adopted) {
            world.sightings().count(Rare.RULES_ADOPTED);
        }
        if (taken && first) {
            long next = entry.offset() + 1;
            for (FleetId fleet : world.fleets()) {
                FleetState state = coordination.state(fleet).orElseGet(() -> FleetState.start(fleet));
                world.deeds().restored(name, state.snapshot(next));
            }
        }
    }

    private boolean areRulesAdopted() {
        return coordination
                .state(world.fleetId())
                .filter(state -> state.rules().include(OtherRules.VERSION))
                .isPresent();
    }

    /** @return false if its past is not whole: then it has ended */
    private <E> boolean take(FoldRunner<?, ?, E> runner, SimLog.Entry<E> entry) {
        Rare refusal = runner.isRestored() ? Rare.RUN_REFUSED : Rare.START_REFUSED;
        try {
            perform(
                    entry.isReadable()
                            ? runner.take(entry.fleet(), entry.offset(), entry.at(), entry.value(), now())
                            : runner.passOver(entry.offset()));
            return true;
        } catch (IncompletePast | UnknownRules why) {
            world.trace().line(name, "refuses", String.valueOf(why.getMessage()));
            world.coordinators().refused(this, why instanceof UnknownRules ? Rare.COORDINATOR_TOO_OLD : refusal);
            return false;
        }
    }

    private long now() {
        return process.clock().now();
    }

    private void perform(List<Write> writes) {
        for (Write write : writes) {
            switch (write) {
                case Write.ToHeartbeats(var to, var event) -> send(toHeartbeats, to, event);
                case Write.ToFleet(var entry) -> {
                    Optional<Rules> rules = liveness.state(entry.fleet()).map(LivenessState::rules);
                    send(toFleet, entry.fleet(), AsWritten.of(entry, rules.orElse(Rules.FIRST)));
                }
                case Write.ToDecisions(var decided) -> {
                    Optional<Rules> rules = coordination.state(decided.fleet()).map(FleetState::rules);
                    send(toDecisions, decided.fleet(), AsWritten.of(decided, rules.orElse(Rules.FIRST)));
                }
                case Write.KeepExcerpt(var excerpt) -> world.deeds().kept(excerpt);
                case Write.TakeSnapshot taken -> send(toSnapshots, taken.fleet(), taken);
                case Write.Show show -> show(show);
                case MeshWrite mesh -> throw new IllegalStateException(mesh + " in a world without meshes");
            }
        }
    }

    private void show(Write.Show show) {
        switch (show.view()) {
            case View.OfTunnel _, View.OfSettings _ -> send(toTunnels, show.fleet(), show);
            case View.OfAssignment _ -> send(toAssignments, show.fleet(), show);
            case View.OfPolicy _ -> send(toPolicies, show.fleet(), show);
            case View.OfAlert _ -> {}
        }
    }

    private static <E> void send(Pipe<E> pipe, FleetId fleet, E value) {
        pipe.send(fleet, value, Long.MAX_VALUE, () -> {});
    }

    private void punctuate() {
        // To wake a quiet log it must read the log's end, and waits for that as long as it is cut off.
        if (link.reaches(world.logs().heartbeats()) || liveness.isRestored()) {
            perform(liveness.tick(now()));
        }
        if (link.reaches(world.logs().fleet()) || coordination.isRestored()) {
            perform(coordination.tick(now()));
        }
        Duration period = coordination
                .state(world.fleetId())
                .map(state -> state.settings().timings().tunnelMonitorPeriod())
                .orElse(world.swarm().settings().timings().tunnelMonitorPeriod());
        process.in(period.toNanos() / world.swarm().punctuations(), this::punctuate);
    }

    /**
     * Nothing is committed before everything that follows from it is in the logs, but snapshots: nobody decides by
     * them.
     */
    private void commit() {
        if (owner && pipes().stream().filter(pipe -> pipe != toSnapshots).allMatch(Pipe::isEmpty)) {
            world.commit(position());
        }
        process.in(COMMIT.toNanos(), this::commit);
    }
}
