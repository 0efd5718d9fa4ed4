package dev.baton.failover.runner;

import dev.baton.contract.FleetId;
import dev.baton.contract.mesh.Caller;
import dev.baton.contract.mesh.DestinationId;
import dev.baton.contract.mesh.HealthEvent;
import dev.baton.contract.mesh.MeshDecided;
import dev.baton.contract.mesh.MeshEntry;
import dev.baton.contract.mesh.MeshSnapshot;
import dev.baton.contract.mesh.RouteInForce;

/** A record of one of a mesh's logs. A mesh is named, and its logs are keyed, as a fleet is. */
public sealed interface MeshWrite extends Write {
    /** To {@code baton.health}: a tick, or the rules to judge by. */
    record ToHealth(FleetId fleet, HealthEvent event) implements MeshWrite {}

    /** To {@code baton.mesh}. */
    record ToMesh(MeshEntry entry) implements MeshWrite {
        @Override
        public FleetId fleet() {
            return entry.mesh();
        }
    }

    /** To {@code baton.mesh-decisions}. */
    record ToMeshDecisions(MeshDecided decided) implements MeshWrite {
        @Override
        public FleetId fleet() {
            return decided.mesh();
        }
    }

    /** To {@code baton.routes}. */
    record ShowRoute(FleetId fleet, RouteInForce route) implements MeshWrite {}

    /**
     * To {@code baton.routes}: there is none any more.
     *
     * @param cause offset of the mesh's log that this follows from
     */
    record RemoveRoute(FleetId fleet, DestinationId destination, Caller caller, long cause) implements MeshWrite {}

    /**
     * To {@code baton.mesh-snapshots}.
     *
     * @param meshes how many of the partition are in the same round of snapshots
     */
    record TakeMeshSnapshot(MeshSnapshot snapshot, int meshes) implements MeshWrite {
        @Override
        public FleetId fleet() {
            return snapshot.fleet();
        }
    }
}
