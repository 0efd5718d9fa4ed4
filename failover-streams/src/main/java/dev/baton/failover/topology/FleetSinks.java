package dev.baton.failover.topology;

import dev.baton.contract.Rules;
import dev.baton.contract.Topics;
import dev.baton.contract.wire.LineageHeader;
import dev.baton.contract.wire.Logs;
import dev.baton.failover.core.Views.View;
import dev.baton.failover.runner.MeshWrite;
import dev.baton.failover.runner.Write;

/**
 * The writes of a fleet's folds.
 *
 * @param heartbeats name of the sink that this task may use for that topic
 * @param fleet the same
 */
record FleetSinks(String heartbeats, String fleet) implements Sinks {
    @Override
    public Sent of(Shell shell, Write write, Rules rules) {
        return switch (write) {
            case Write.ToHeartbeats(var to, var event) ->
                new Sent.ToSink(shell.record(Logs.HEARTBEATS, to, event, rules), heartbeats);
            case Write.ToFleet(var entry) ->
                new Sent.ToSink(shell.record(Logs.FLEET, entry.fleet(), entry, rules), fleet);
            case Write.ToDecisions(var decided) ->
                new Sent.ToSink(
                        shell.record(Logs.DECISIONS, decided.fleet(), decided, rules), FailoverTopology.DECISIONS);
            case Write.Show show -> of(shell, show, rules);
            case Write.KeepExcerpt(var excerpt) ->
                new Sent.Aside(shell.record(Logs.EXCERPTS, excerpt.fleet(), excerpt, rules), Topics.EXCERPTS);
            case Write.TakeSnapshot taken ->
                new Sent.Aside(
                        shell.record(Logs.SNAPSHOTS, taken.fleet(), taken.snapshot(), rules)
                                .withHeaders(SnapshotRecords.headers(taken.fleets())),
                        taken.log());
            case MeshWrite mesh -> throw new IllegalArgumentException(mesh + " is none of a fleet's folds");
        };
    }

    private static Sent of(Shell shell, Write.Show show, Rules rules) {
        Sent sent = withoutLineage(shell, show, rules);
        LineageHeader.add(sent.record().headers(), show.lineage());
        return sent;
    }

    private static Sent withoutLineage(Shell shell, Write.Show show, Rules rules) {
        var to = show.fleet();
        return switch (show.view()) {
            case View.OfTunnel(var node, var tunnel, long cause) ->
                new Sent.ToSink(
                        shell.view(
                                Logs.TUNNELS, Logs.tunnelKey(to, node), tunnel.map(present -> present), cause, rules),
                        FailoverTopology.TUNNELS);
            case View.OfSettings(var settings) ->
                new Sent.ToSink(shell.record(Logs.TUNNELS, to, settings, rules), FailoverTopology.TUNNELS);
            case View.OfAssignment(var eip, var assignment, long cause) ->
                new Sent.ToSink(
                        shell.view(Logs.ASSIGNMENTS, Logs.assignmentKey(to, eip), assignment, cause, rules),
                        FailoverTopology.ASSIGNMENTS);
            case View.OfPolicy(var policy, var binding, long cause) ->
                new Sent.ToSink(
                        shell.view(Logs.POLICIES, Logs.policyKey(to, policy), binding, cause, rules),
                        FailoverTopology.POLICIES);
            case View.OfAlert(var alert) -> new Sent.Aside(shell.record(Logs.ALERTS, to, alert, rules), Topics.ALERTS);
        };
    }
}
