package dev.baton.failover.runner;

import dev.baton.contract.Beginning;
import dev.baton.contract.Decided;
import dev.baton.contract.Decision;
import dev.baton.contract.FleetId;
import dev.baton.contract.FleetSnapshot;
import dev.baton.contract.Lineage;
import dev.baton.contract.LivenessEvent;
import dev.baton.contract.Rules;
import dev.baton.contract.RulesAdopted;
import dev.baton.contract.Sequenced;
import dev.baton.contract.SettingsDeclared;
import dev.baton.contract.Tick;
import dev.baton.contract.TickClock;
import dev.baton.contract.Topic;
import dev.baton.contract.Topics;
import dev.baton.contract.UnknownRules;
import dev.baton.failover.core.Coordination;
import dev.baton.failover.core.FleetState;
import dev.baton.failover.core.Outcome;
import dev.baton.failover.core.Views;
import dev.baton.failover.core.Views.View;
import dev.baton.failover.core.Views.WrongEnd;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The fleet log gives decisions, and the views that follow from them. */
public class CoordinationFold implements Fold<FleetState, FleetSnapshot, Sequenced> {
    private final Watch watch;
    private final Supplier<Lineage> draw;
    private final Rules newest;

    /**
     * @param draw gives a lineage that was never drawn before, for each entry of the fleet log
     * @param newest rules that are known
     */
    public CoordinationFold(Watch watch, Supplier<Lineage> draw, Rules newest) {
        this.watch = watch;
        this.draw = draw;
        this.newest = newest;
    }

    @Override
    public FleetState start(FleetId fleet) {
        return FleetState.start(fleet);
    }

    @Override
    public FleetState of(FleetSnapshot snapshot) {
        UnknownRules.check(snapshot.fleet(), snapshot.rules(), newest);
        return FleetState.of(snapshot);
    }

    @Override
    public FleetSnapshot snapshot(FleetState state, long offset) {
        return state.snapshot(offset);
    }

    /** The fold itself. */
    protected Outcome outcome(FleetState before, long offset, Sequenced entry) {
        return Coordination.step(before, offset, entry);
    }

    @Override
    public final Folded<FleetState> step(FleetState before, FleetId fleet, long offset, Instant at, Sequenced entry) {
        // An entry that ends a task would end the next one, too, and with it every fleet of the partition.
        Outcome outcome = Coordination.orPassedOver(
                this::outcome, before, offset, entry, bug -> watch.notFolded(fleet, "baton.fleet", offset, bug));
        UnknownRules.check(fleet, outcome.state().rules(), newest);
        var writes = new ArrayList<Write>();
        for (Decision decision : outcome.decisions()) {
            writes.add(new Write.ToDecisions(new Decided(fleet, offset, writes.size(), decision)));
        }
        show(outcome.state(), Views.of(before, outcome, offset), writes);
        if (isLogBegun(before, outcome.state()) && newest.isAfter(Rules.FIRST)) {
            writes.add(new Write.ToFleet(
                    new Sequenced(fleet, Optional.empty(), new RulesAdopted(newest), Optional.of(draw.get()))));
        }
        watch.decided(fleet, offset, outcome);
        outcome.ignored().ifPresent(why -> watch.ignored(fleet, "baton.fleet", offset, why));
        return new Folded<>(outcome.state(), writes);
    }

    /** A new log has no agents that could be too old: it begins with the newest rules that its first writer knows. */
    private static boolean isLogBegun(FleetState before, FleetState after) {
        return before.lineage().isEmpty() && after.beginning() == Beginning.EARLIER_LEASES_RUN;
    }

    @Override
    public Rules rulesOf(FleetState state) {
        return state.rules();
    }

    private static void show(FleetState state, List<View> views, List<Write> writes) {
        for (View view : views) {
            writes.add(new Write.Show(state.fleet(), state.lineage(), view));
            if (view instanceof View.OfSettings settings) {
                toLiveness(state).forEach(event -> writes.add(new Write.ToHeartbeats(state.fleet(), event)));
            }
        }
    }

    /** The liveness fold reads no log but its own. */
    private static List<LivenessEvent> toLiveness(FleetState state) {
        var settings = new SettingsDeclared(state.settings());
        if (!state.rules().isAfter(Rules.FIRST)) {
            return List.of(settings);
        }
        Optional<Lineage> lineage = state.lineage().filter(_ -> state.rules().include(Rules.NAMESAKES));
        return List.of(settings, new RulesAdopted(state.rules(), lineage));
    }

    @Override
    public int sizeOf(FleetState state) {
        return state.nodes().size()
                + state.gateways().size()
                + state.policies().size()
                + state.eips().size();
    }

    @Override
    public Write keep(FleetSnapshot snapshot, int fleets, Topic log) {
        return new Write.TakeSnapshot(snapshot, fleets, log);
    }

    @Override
    public Topic snapshotLog() {
        return Topics.SNAPSHOTS;
    }

    @Override
    public int entitiesPerInterval() {
        return 2_000;
    }

    /** An allocation may be as old as the fleet. */
    @Override
    public boolean needsWholePast() {
        return true;
    }

    @Override
    public Optional<Tick> tickOf(Sequenced entry) {
        return entry.event() instanceof Tick tick ? Optional.of(tick) : Optional.empty();
    }

    @Override
    public TickClock clockOf(FleetState state) {
        return state.clock();
    }

    @Override
    public Optional<Duration> tickPeriod(FleetState state) {
        return state.waitsForTime() ? Optional.of(state.settings().timings().tunnelMonitorPeriod()) : Optional.empty();
    }

    @Override
    public Write tick(FleetId fleet, Tick tick) {
        return new Write.ToFleet(new Sequenced(fleet, Optional.empty(), tick, Optional.of(draw.get())));
    }

    @Override
    public List<Write> views(FleetId fleet, FleetState state, long cause) {
        var writes = new ArrayList<Write>();
        show(state, Views.all(state, cause), writes);
        return writes;
    }

    @Override
    public List<Correction> corrections(
            FleetId fleet, FleetState state, Supplier<Optional<List<View>>> published, long offset) {
        var corrections = new ArrayList<Correction>();
        // An old word may have come last in the liveness fold's log too. Nobody can see there what that fold goes by,
        // so it is said each time.
        List<Write> settings = toLiveness(state).stream()
                .<Write>map(event -> new Write.ToHeartbeats(fleet, event))
                .toList();
        corrections.add(new Correction("settings for the liveness fold", Optional.empty(), settings));
        for (WrongEnd wrong : published
                .get()
                .map(ends -> Views.wrongEnds(ends, state, offset))
                .orElse(List.of())) {
            corrections.add(correction(state, wrong));
        }
        return corrections;
    }

    private static Correction correction(FleetState state, WrongEnd wrong) {
        var writes = new ArrayList<Write>();
        show(state, List.of(wrong.right()), writes);
        return new Correction(wrong.right().entity(), wrong.shown(), writes);
    }
}
