package dev.baton.failover.topology;

import dev.baton.contract.Decided;
import dev.baton.contract.Decision;
import dev.baton.contract.FleetId;
import dev.baton.contract.FleetSnapshot;
import dev.baton.contract.Sequenced;
import dev.baton.contract.SettingsDeclared;
import dev.baton.contract.Tick;
import dev.baton.contract.TickClock;
import dev.baton.contract.Topic;
import dev.baton.contract.Tunnel;
import dev.baton.contract.wire.Log;
import dev.baton.contract.wire.Logs;
import dev.baton.failover.core.Coordination;
import dev.baton.failover.core.FleetState;
import dev.baton.failover.core.Outcome;
import dev.baton.failover.core.Views;
import dev.baton.failover.core.Views.View;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;

/** Feeds the fleet log to the coordination fold, its decisions to their log and the views that follow to theirs. */
final class CoordinationTask extends FoldTask<FleetState, FleetSnapshot, Sequenced> {
    CoordinationTask(Shell shell) {
        super(shell, Logs.FLEET);
    }

    @Override
    FleetState start(FleetId fleet) {
        return FleetState.start(fleet);
    }

    @Override
    Class<FleetSnapshot> snapshots() {
        return FleetSnapshot.class;
    }

    @Override
    FleetState of(FleetSnapshot snapshot) {
        return FleetState.of(snapshot);
    }

    @Override
    FleetState refold(FleetState state, long offset, Instant at, Sequenced entry) {
        return Coordination.step(state, offset, entry).state();
    }

    @Override
    FleetState fold(FleetState before, FleetId fleet, long offset, Instant at, Sequenced entry) {
        Outcome outcome = Coordination.step(before, offset, entry);
        int index = 0;
        for (Decision decision : outcome.decisions()) {
            var decided = new Decided(fleet, offset, index++, decision);
            forward(shell().record(Logs.DECISIONS, fleet, decided), FailoverTopology.DECISIONS);
        }
        show(fleet, Views.of(before, outcome, offset));
        shell().watch().decided(fleet, offset, outcome);
        outcome.ignored().ifPresent(why -> shell().watch().ignored(fleet, Logs.FLEET.toString(), offset, why));
        return outcome.state();
    }

    private void show(FleetId fleet, List<View> views) {
        for (View view : views) {
            switch (view) {
                case View.OfTunnel tunnel ->
                    forward(
                            shell().record(
                                            Logs.TUNNELS,
                                            Logs.tunnelKey(fleet, tunnel.node()),
                                            tunnel.tunnel().map(present -> present)),
                            FailoverTopology.TUNNELS);
                case View.OfSettings settings -> {
                    forward(shell().record(Logs.TUNNELS, fleet, settings.settings()), FailoverTopology.TUNNELS);
                    // The liveness fold reads no log but its own.
                    var declared = new SettingsDeclared(settings.settings().settings());
                    forward(
                            shell().record(Logs.HEARTBEATS, fleet, declared),
                            FailoverTopology.HEARTBEATS_OF_COORDINATION);
                }
                case View.OfAssignment assignment ->
                    forward(
                            shell().record(
                                            Logs.ASSIGNMENTS,
                                            Logs.assignmentKey(fleet, assignment.eip()),
                                            assignment.assignment()),
                            FailoverTopology.ASSIGNMENTS);
                case View.OfPolicy policy ->
                    forward(
                            shell().record(Logs.POLICIES, Logs.policyKey(fleet, policy.policy()), policy.binding()),
                            FailoverTopology.POLICIES);
                case View.OfAlert alert ->
                    forward(shell().record(Logs.ALERTS, fleet, alert.alert()), FailoverTopology.ALERTS);
            }
        }
    }

    @Override
    FleetSnapshot snapshot(FleetState state, long offset) {
        return state.snapshot(offset);
    }

    @Override
    int sizeOf(FleetState state) {
        return state.nodes().size()
                + state.gateways().size()
                + state.policies().size()
                + state.eips().size();
    }

    @Override
    int entitiesPerInterval() {
        return 2_000;
    }

    @Override
    void republish(FleetId fleet, FleetState state, int partition, long offset) {
        show(fleet, Views.all(state, offset));
        var strays = new ArrayList<View>();
        for (View view : published(fleet, partition)) {
            Views.removalOf(view, state, offset + 1).ifPresent(strays::add);
        }
        show(fleet, strays);
    }

    /** What the compacted logs end with, whoever wrote it. */
    private List<View> published(FleetId fleet, int partition) {
        var views = new ArrayList<View>();
        List<Topic> topics = List.of(Logs.TUNNELS.topic(), Logs.ASSIGNMENTS.topic(), Logs.POLICIES.topic());
        shell().history().compacted(topics, partition, (topic, values) -> {
            if (topic.equals(Logs.TUNNELS.topic())) {
                of(Logs.TUNNELS, fleet, values, entry -> {
                    if (entry instanceof Tunnel tunnel) {
                        views.add(new View.OfTunnel(tunnel.node(), Optional.of(tunnel)));
                    }
                });
            } else if (topic.equals(Logs.ASSIGNMENTS.topic())) {
                of(
                        Logs.ASSIGNMENTS,
                        fleet,
                        values,
                        entry -> views.add(new View.OfAssignment(entry.eip(), Optional.of(entry))));
            } else {
                of(
                        Logs.POLICIES,
                        fleet,
                        values,
                        entry -> views.add(new View.OfPolicy(entry.policy(), Optional.of(entry))));
            }
        });
        return views;
    }

    private <T> void of(Log<T> log, FleetId fleet, SortedMap<String, byte[]> values, Consumer<T> sink) {
        values.forEach((key, value) -> shell().decode(log, -1, key.getBytes(StandardCharsets.UTF_8), value)
                .filter(entry -> entry.fleet().equals(fleet))
                .ifPresent(entry -> sink.accept(entry.value())));
    }

    @Override
    Optional<Tick> tickOf(Sequenced entry) {
        return entry.event() instanceof Tick tick ? Optional.of(tick) : Optional.empty();
    }

    @Override
    TickClock clockOf(FleetState state) {
        return state.clock();
    }

    @Override
    Optional<Duration> tickPeriod(FleetState state) {
        return state.waitsForTime() ? Optional.of(state.settings().timings().tunnelMonitorPeriod()) : Optional.empty();
    }

    /** An allocation may be as old as the fleet. */
    @Override
    boolean needsWholePast() {
        return true;
    }

    @Override
    void ticked() {
        // This fold ticks only while something waits for time: its silence says nothing.
    }

    @Override
    void sendTick(FleetId fleet, Tick tick) {
        forward(
                shell().record(Logs.FLEET, fleet, new Sequenced(fleet, Optional.empty(), tick)),
                FailoverTopology.FLEET_OF_COORDINATION);
    }

    @Override
    String snapshotSink() {
        return FailoverTopology.SNAPSHOTS_OF_COORDINATION;
    }
}
