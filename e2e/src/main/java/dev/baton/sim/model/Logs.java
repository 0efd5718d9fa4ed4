package dev.baton.sim.model;

import dev.baton.contract.Decided;
import dev.baton.contract.Declaration;
import dev.baton.contract.FleetId;
import dev.baton.contract.LivenessEvent;
import dev.baton.contract.Sequenced;
import dev.baton.contract.Snapshot;
import dev.baton.failover.core.Views.View;
import dev.baton.failover.runner.Past.Snapshots;
import dev.baton.failover.runner.SnapshotRounds;
import dev.baton.failover.runner.Write.Show;
import dev.baton.failover.runner.Write.TakeSnapshot;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The fleet's partition of every topic. */
public record Logs(
        SimLog<LivenessEvent> heartbeats,
        SimLog<Declaration> declarations,
        SimLog<Sequenced> fleet,
        SimLog<Decided> decisions,
        SimLog<Show> tunnels,
        SimLog<Show> assignments,
        SimLog<Show> policies,
        SimLog<TakeSnapshot> snapshots) {

    public static Logs empty(Scheduler scheduler) {
        return new Logs(
                new SimLog<>("heartbeats", scheduler),
                new SimLog<>("declarations", scheduler),
                new SimLog<>("fleet", scheduler),
                new SimLog<>("decisions", scheduler),
                new SimLog<>("tunnels", scheduler),
                new SimLog<>("assignments", scheduler),
                new SimLog<>("policies", scheduler),
                new SimLog<>("snapshots", scheduler));
    }

    /** What the compacted logs end with for a fleet, by key. */
    public SortedMap<String, View> published(FleetId fleet) {
        var last = new TreeMap<String, View>();
        for (SimLog<Show> log : views()) {
            for (long offset = 0; offset < log.end(); offset++) {
                SimLog.Entry<Show> entry = log.get(offset);
                if (entry.isOf(fleet)) {
                    entry.record().map(Show::view).ifPresent(view -> last.put(view.entity(), view));
                }
            }
        }
        return last;
    }

    /** The snapshots of a kind that a start may use whose log is committed up to {@code offset}. */
    public <N extends Snapshot> Snapshots<N> snapshots(Class<N> kind, long offset) {
        var rounds = new SnapshotRounds<>(kind, offset);
        for (long at = 0; at < snapshots.end(); at++) {
            snapshots.get(at).record().ifPresent(taken -> rounds.add(taken.snapshot(), taken.fleets()));
        }
        return rounds.found();
    }

    /** Those that agents read. */
    public List<SimLog<Show>> views() {
        return List.of(tunnels, assignments, policies);
    }

    public List<SimLog<?>> all() {
        return List.of(heartbeats, declarations, fleet, decisions, tunnels, assignments, policies, snapshots);
    }
}
