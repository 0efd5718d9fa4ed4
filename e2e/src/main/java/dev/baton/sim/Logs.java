package dev.baton.sim;

import dev.baton.contract.Decided;
import dev.baton.contract.Declaration;
import dev.baton.contract.LivenessEvent;
import dev.baton.contract.Sequenced;
import dev.baton.contract.Snapshot;
import dev.baton.failover.core.Views.View;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The fleet's partition of every topic. */
record Logs(
        SimLog<LivenessEvent> heartbeats,
        SimLog<Declaration> declarations,
        SimLog<Sequenced> fleet,
        SimLog<Decided> decisions,
        SimLog<View> tunnels,
        SimLog<View> assignments,
        SimLog<View> policies,
        SimLog<Snapshot> snapshots) {

    static Logs empty(Scheduler scheduler) {
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

    /** What the compacted logs end with, by key. */
    SortedMap<String, View> published() {
        var last = new TreeMap<String, View>();
        for (SimLog<View> log : List.of(tunnels, assignments, policies)) {
            for (long offset = 0; offset < log.end(); offset++) {
                last.put(key(log.get(offset).value()), log.get(offset).value());
            }
        }
        return last;
    }

    static String key(View view) {
        return switch (view) {
            case View.OfTunnel tunnel -> "node " + tunnel.node();
            case View.OfSettings settings -> "settings";
            case View.OfAssignment assignment -> "eip " + assignment.eip();
            case View.OfPolicy policy -> "policy " + policy.policy();
            case View.OfAlert alert -> "alert";
        };
    }

    /** Whether those that agents read can be reached. */
    boolean areUp() {
        return tunnels.isUp() && assignments.isUp() && policies.isUp();
    }

    List<SimLog<?>> all() {
        return List.of(heartbeats, declarations, fleet, decisions, tunnels, assignments, policies, snapshots);
    }
}
