package dev.baton.failover.runner;

import dev.baton.contract.Excerpt;
import dev.baton.contract.Excerpt.HeartbeatsEntry;
import dev.baton.contract.FleetEvent;
import dev.baton.contract.FleetId;
import dev.baton.contract.Lineage;
import dev.baton.contract.LivenessEvent;
import dev.baton.contract.LivenessSnapshot;
import dev.baton.contract.NodeId;
import dev.baton.contract.Rules;
import dev.baton.contract.Sequenced;
import dev.baton.contract.Sequenced.Origin;
import dev.baton.contract.Sequenced.Source;
import dev.baton.contract.Tick;
import dev.baton.contract.TickClock;
import dev.baton.contract.Topic;
import dev.baton.contract.Topics;
import dev.baton.contract.TunnelPhaseChanged;
import dev.baton.contract.UnknownRules;
import dev.baton.failover.core.Excerpts;
import dev.baton.failover.core.Liveness;
import dev.baton.failover.core.LivenessState;
import dev.baton.failover.core.Views.View;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The heartbeats' log gives events of the fleet log. */
public class LivenessFold implements Fold<LivenessState, LivenessSnapshot, LivenessEvent> {
    private final Watch watch;
    private final Supplier<Lineage> draw;
    private final Rules newest;
    private final RecentlyHeard heard = new RecentlyHeard();

    /**
     * @param draw gives a lineage that was never drawn before, for each entry of the fleet log
     * @param newest rules that are known
     */
    public LivenessFold(Watch watch, Supplier<Lineage> draw, Rules newest) {
        this.watch = watch;
        this.draw = draw;
        this.newest = newest;
    }

    @Override
    public LivenessState start(FleetId fleet) {
        return LivenessState.start(fleet);
    }

    @Override
    public LivenessState of(LivenessSnapshot snapshot) {
        UnknownRules.check(snapshot.fleet(), snapshot.rules(), newest);
        return LivenessState.of(snapshot);
    }

    @Override
    public LivenessSnapshot snapshot(LivenessState state, long offset) {
        return state.snapshot(offset);
    }

    /** The fold itself. */
    protected Liveness.Outcome outcome(LivenessState before, long offset, Instant at, LivenessEvent entry) {
        return Liveness.step(before, offset, at, entry);
    }

    @Override
    public final Folded<LivenessState> step(
            LivenessState before, FleetId fleet, long offset, Instant at, LivenessEvent entry) {
        // An entry that ends a task would end the next one, too, and with it every fleet of the partition.
        Liveness.Outcome outcome = Liveness.orPassedOver(
                this::outcome,
                before,
                offset,
                at,
                entry,
                bug -> watch.notFolded(fleet, "baton.heartbeats", offset, bug));
        UnknownRules.check(fleet, outcome.state().rules(), newest);
        var writes = new ArrayList<Write>();
        for (FleetEvent event : outcome.events()) {
            var origin = new Origin(Source.HEARTBEATS, offset, writes.size());
            writes.add(new Write.ToFleet(new Sequenced(fleet, Optional.of(origin), event, Optional.of(draw.get()))));
            watch.sequenced(fleet, offset, event);
        }
        keepExcerpt(before, outcome, new HeartbeatsEntry(offset, at, entry)).ifPresent(writes::add);
        heard.add(fleet, new HeartbeatsEntry(offset, at, entry));
        outcome.ignored().ifPresent(why -> watch.ignored(fleet, "baton.heartbeats", offset, why));
        return new Folded<>(outcome.state(), writes);
    }

    /** Heartbeats are gone after a day; what changed a node's phase is asked about later than that. */
    private Optional<Write> keepExcerpt(LivenessState before, Liveness.Outcome outcome, HeartbeatsEntry entry) {
        List<NodeId> changed =
                Excerpts.changes(outcome).stream().map(TunnelPhaseChanged::node).toList();
        return changed.isEmpty()
                ? Optional.empty()
                : Optional.of(new Write.KeepExcerpt(new Excerpt(
                        before.snapshot(entry.offset(), changed), entry, heard.of(before.fleet(), changed))));
    }

    @Override
    public Rules rulesOf(LivenessState state) {
        return state.rules();
    }

    @Override
    public int sizeOf(LivenessState state) {
        return state.nodes().size();
    }

    @Override
    public Write keep(LivenessSnapshot snapshot, int fleets, Topic log) {
        return new Write.TakeSnapshot(snapshot, fleets, log);
    }

    @Override
    public Topic snapshotLog() {
        return Topics.LIVENESS_SNAPSHOTS;
    }

    /** Each node adds entries all the time, and a start folds a million of them in a second. */
    @Override
    public int entitiesPerInterval() {
        return 20;
    }

    /** Heartbeats are kept for a day only; a node's state is made anew by its next heartbeat. */
    @Override
    public boolean needsWholePast() {
        return false;
    }

    @Override
    public Optional<Tick> tickOf(LivenessEvent entry) {
        return entry instanceof Tick tick ? Optional.of(tick) : Optional.empty();
    }

    @Override
    public TickClock clockOf(LivenessState state) {
        return state.clock();
    }

    @Override
    public Optional<Duration> tickPeriod(LivenessState state) {
        return Optional.of(state.settings().timings().tunnelMonitorPeriod());
    }

    @Override
    public Write tick(FleetId fleet, Tick tick) {
        return new Write.ToHeartbeats(fleet, tick);
    }

    /** What this fold says goes into a log, not into a view: there is nothing to publish again. */
    @Override
    public List<Write> views(FleetId fleet, LivenessState state, long cause) {
        return List.of();
    }

    @Override
    public List<Correction> corrections(
            FleetId fleet, LivenessState state, Supplier<Optional<List<View>>> published, long offset) {
        return List.of();
    }
}
