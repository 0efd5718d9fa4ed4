package dev.baton.failover.topology;

import static dev.baton.failover.topology.FailoverTopology.sink;
import static dev.baton.failover.topology.FailoverTopology.source;

import dev.baton.contract.Topics;
import dev.baton.contract.mesh.HealthEvent;
import dev.baton.contract.mesh.HealthSnapshot;
import dev.baton.contract.mesh.MeshEntry;
import dev.baton.contract.mesh.RoutingSnapshot;
import dev.baton.contract.wire.Logs;
import dev.baton.failover.health.HealthState;
import dev.baton.failover.mesh.HealthFold;
import dev.baton.failover.mesh.RoutingFold;
import dev.baton.failover.routing.MeshState;
import java.util.Optional;
import org.apache.kafka.streams.Topology;

/**
 * The same for destinations. It is a topology of its own, run by clients of its own, so that nothing that goes wrong
 * with a mesh stops an EIP's failover.
 */
public final class MeshTopology {
    static final String DECISIONS = "mesh-decisions";
    static final String ROUTES = "routes";

    private static final String MESH_OF_INTAKE = "mesh-of-intake";
    private static final String MESH_OF_HEALTH = "mesh-of-health";
    private static final String HEALTH_OF_HEALTH = "health-of-health";
    private static final String HEALTH_OF_ROUTING = "health-of-routing";
    private static final String MESH_OF_ROUTING = "mesh-of-routing";
    private static final String INTAKE = "mesh-intake";
    private static final String HEALTH = "health";
    private static final String ROUTING = "routing";

    private MeshTopology() {}

    public static Topology of(Shell shell) {
        var topology = new Topology();
        source(topology, Topics.MESH_DECLARATIONS);
        topology.addProcessor(INTAKE, () -> new MeshIntakeTask(shell, MESH_OF_INTAKE), Topics.MESH_DECLARATIONS.name());
        sink(topology, MESH_OF_INTAKE, Topics.MESH, INTAKE);

        source(topology, Topics.HEALTH);
        topology.addProcessor(HEALTH, () -> health(shell), Topics.HEALTH.name());
        sink(topology, MESH_OF_HEALTH, Topics.MESH, HEALTH);
        sink(topology, HEALTH_OF_HEALTH, Topics.HEALTH, HEALTH);

        source(topology, Topics.MESH);
        topology.addProcessor(ROUTING, () -> routing(shell), Topics.MESH.name());
        sink(topology, MESH_OF_ROUTING, Topics.MESH, ROUTING);
        sink(topology, HEALTH_OF_ROUTING, Topics.HEALTH, ROUTING);
        sink(topology, DECISIONS, Topics.MESH_DECISIONS, ROUTING);
        sink(topology, ROUTES, Topics.ROUTES, ROUTING);
        return topology;
    }

    private static FoldTask<HealthState, HealthSnapshot, HealthEvent> health(Shell shell) {
        return new FoldTask<>(
                shell,
                Logs.HEALTH,
                HealthSnapshot.class,
                new HealthFold(shell.watch()),
                new MeshSinks(HEALTH_OF_HEALTH, MESH_OF_HEALTH),
                Optional.empty());
    }

    private static FoldTask<MeshState, RoutingSnapshot, MeshEntry> routing(Shell shell) {
        return new FoldTask<>(
                shell,
                Logs.MESH,
                RoutingSnapshot.class,
                new RoutingFold(shell.watch()),
                new MeshSinks(HEALTH_OF_ROUTING, MESH_OF_ROUTING),
                Optional.empty());
    }
}
