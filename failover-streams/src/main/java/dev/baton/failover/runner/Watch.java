package dev.baton.failover.runner;

import dev.baton.contract.FleetEvent;
import dev.baton.contract.FleetId;
import dev.baton.contract.UnreadableReason;
import dev.baton.contract.mesh.MeshDecision;
import dev.baton.contract.mesh.MeshEvent.EndpointHealthChanged;
import dev.baton.failover.core.Ignored;
import dev.baton.failover.core.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Hears what the tasks do, for logs and counters; changes nothing. Called on the stream thread. */
public interface Watch {
    /** The liveness fold put an event into the fleet log. */
    void sequenced(FleetId fleet, long cause, FleetEvent event);

    /** The coordination fold folded an entry. */
    void decided(FleetId fleet, long cause, Outcome outcome);

    /** The health fold put a change into the log of a mesh. */
    void healthChanged(FleetId mesh, long cause, EndpointHealthChanged change);

    /** The routing fold folded an entry. */
    void routed(FleetId mesh, long cause, List<MeshDecision> decisions);

    /** An observation changed nothing. */
    void ignored(FleetId fleet, String log, long offset, Ignored why);

    /** A fold threw at an entry, and passes it over. */
    void notFolded(FleetId fleet, String log, long offset, RuntimeException bug);

    /**
     * Bytes that are no record were passed over; the same bytes are passed over in every replay.
     *
     * @param fleet that the record's key names; empty if it names none
     * @param offset negative for a record of a view
     */
    void undecodable(Optional<FleetId> fleet, String log, long offset, UnreadableReason kind, String why);

    /** A task stands where its predecessor stood, and has said all of it again. */
    void restored(String task, int partition, long offset, long entries, Duration took);

    Watch SILENT = new Silent();

    /** Tells nobody. */
    class Silent implements Watch {
        @Override
        public void sequenced(FleetId fleet, long cause, FleetEvent event) {}

        @Override
        public void decided(FleetId fleet, long cause, Outcome outcome) {}

        @Override
        public void healthChanged(FleetId mesh, long cause, EndpointHealthChanged change) {}

        @Override
        public void routed(FleetId mesh, long cause, List<MeshDecision> decisions) {}

        @Override
        public void ignored(FleetId fleet, String log, long offset, Ignored why) {}

        @Override
        public void notFolded(FleetId fleet, String log, long offset, RuntimeException bug) {}

        @Override
        public void undecodable(Optional<FleetId> fleet, String log, long offset, UnreadableReason kind, String why) {}

        @Override
        public void restored(String task, int partition, long offset, long entries, Duration took) {}
    }
}
