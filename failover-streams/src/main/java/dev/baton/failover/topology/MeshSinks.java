package dev.baton.failover.topology;

import dev.baton.contract.Rules;
import dev.baton.contract.Topics;
import dev.baton.contract.wire.Logs;
import dev.baton.failover.runner.MeshWrite;
import dev.baton.failover.runner.Write;
import java.util.Optional;

/**
 * The writes of a mesh's folds.
 *
 * @param health name of the sink that this task may use for that topic
 * @param mesh the same
 */
record MeshSinks(String health, String mesh) implements Sinks {
    @Override
    public Sent of(Shell shell, Write write, Rules rules) {
        if (!(write instanceof MeshWrite ours)) {
            throw new IllegalArgumentException(write + " is none of a mesh's folds");
        }
        return switch (ours) {
            case MeshWrite.ToHealth(var to, var event) ->
                new Sent.ToSink(shell.record(Logs.HEALTH, to, event, rules), health);
            case MeshWrite.ToMesh(var entry) ->
                new Sent.ToSink(shell.record(Logs.MESH, entry.mesh(), entry, rules), mesh);
            case MeshWrite.ToMeshDecisions(var decided) ->
                new Sent.ToSink(
                        shell.record(Logs.MESH_DECISIONS, decided.mesh(), decided, rules), MeshTopology.DECISIONS);
            case MeshWrite.ShowRoute(var to, var route) ->
                new Sent.ToSink(shell.record(Logs.ROUTES, to, route, rules), MeshTopology.ROUTES);
            case MeshWrite.RemoveRoute(var to, var destination, var caller, long cause) ->
                new Sent.ToSink(
                        shell.view(Logs.ROUTES, Logs.routeKey(to, destination, caller), Optional.empty(), cause, rules),
                        MeshTopology.ROUTES);
            case MeshWrite.TakeMeshSnapshot(var snapshot, int meshes) ->
                new Sent.Aside(
                        shell.record(Logs.MESH_SNAPSHOTS, snapshot.fleet(), snapshot, rules)
                                .withHeaders(SnapshotRecords.headers(meshes)),
                        Topics.MESH_SNAPSHOTS);
        };
    }
}
