package dev.baton.failover.topology;

import dev.baton.contract.FleetEvent;
import dev.baton.contract.FleetId;
import dev.baton.contract.LivenessEvent;
import dev.baton.contract.LivenessSnapshot;
import dev.baton.contract.Sequenced;
import dev.baton.contract.Sequenced.Origin;
import dev.baton.contract.Sequenced.Source;
import dev.baton.contract.Tick;
import dev.baton.contract.TickClock;
import dev.baton.contract.wire.Logs;
import dev.baton.failover.core.Liveness;
import dev.baton.failover.core.LivenessState;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Feeds the heartbeats' log to the liveness fold, and its events to the fleet log. */
final class LivenessTask extends FoldTask<LivenessState, LivenessSnapshot, LivenessEvent> {
    LivenessTask(Shell shell) {
        super(shell, Logs.HEARTBEATS);
    }

    @Override
    LivenessState start(FleetId fleet) {
        return LivenessState.start(fleet);
    }

    @Override
    Class<LivenessSnapshot> snapshots() {
        return LivenessSnapshot.class;
    }

    @Override
    LivenessState of(LivenessSnapshot snapshot) {
        return LivenessState.of(snapshot);
    }

    @Override
    LivenessState refold(LivenessState state, long offset, Instant at, LivenessEvent event) {
        return Liveness.step(state, offset, at, event).state();
    }

    @Override
    LivenessState fold(LivenessState state, FleetId fleet, long offset, Instant at, LivenessEvent event) {
        Liveness.Outcome outcome = Liveness.step(state, offset, at, event);
        int index = 0;
        for (FleetEvent follows : outcome.events()) {
            var origin = new Origin(Source.HEARTBEATS, offset, index++);
            var sequenced = new Sequenced(fleet, Optional.of(origin), follows);
            forward(shell().record(Logs.FLEET, fleet, sequenced), FailoverTopology.FLEET_OF_LIVENESS);
            shell().watch().sequenced(fleet, offset, follows);
        }
        outcome.ignored().ifPresent(why -> shell().watch().ignored(fleet, Logs.HEARTBEATS.toString(), offset, why));
        return outcome.state();
    }

    @Override
    LivenessSnapshot snapshot(LivenessState state, long offset) {
        return state.snapshot(offset);
    }

    @Override
    int sizeOf(LivenessState state) {
        return state.nodes().size();
    }

    /** Each node adds entries all the time, and a start folds a million of them in a second. */
    @Override
    int entitiesPerInterval() {
        return 20;
    }

    @Override
    void republish(FleetId fleet, LivenessState state, int partition, long offset) {
        // What this fold says goes into a log, not into a view: nothing is to be said again.
    }

    @Override
    Optional<Tick> tickOf(LivenessEvent event) {
        return event instanceof Tick tick ? Optional.of(tick) : Optional.empty();
    }

    @Override
    TickClock clockOf(LivenessState state) {
        return state.clock();
    }

    @Override
    Optional<Duration> tickPeriod(LivenessState state) {
        return Optional.of(state.settings().timings().tunnelMonitorPeriod());
    }

    /** Heartbeats are kept for a day only; a node's state is made anew by its next heartbeat. */
    @Override
    boolean needsWholePast() {
        return false;
    }

    @Override
    void ticked() {
        shell().pulse().ticked();
    }

    @Override
    public void close() {
        shell().pulse().ended();
    }

    @Override
    void sendTick(FleetId fleet, Tick tick) {
        forward(shell().record(Logs.HEARTBEATS, fleet, tick), FailoverTopology.HEARTBEATS_OF_LIVENESS);
    }

    @Override
    String snapshotSink() {
        return FailoverTopology.SNAPSHOTS_OF_LIVENESS;
    }
}
