package dev.baton.bridge;

import dev.baton.contract.Decided;
import dev.baton.contract.Declaration;
import dev.baton.contract.EndpointEntry;
import dev.baton.contract.FleetSnapshot;
import dev.baton.contract.Lineage;
import dev.baton.contract.NodeId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The logs of one fleet, as the bridge needs them. */
public interface FleetLog extends AutoCloseable {
    /** A decision and when its cause was appended. */
    record Announced(Instant at, Decided decided) {}

    /** Is notified of the coordinator's decisions, on a thread that it must not block. */
    interface Follower {
        /**
         * @param lineage of the fleet's log; another than before: nothing that was read before counts any more
         * @param state after these decisions; computed when it is asked for, so ask only if needed
         * @param told in order
         */
        void moved(Optional<Lineage> lineage, Supplier<FleetSnapshot> state, List<Announced> told);
    }

    /** Is notified whether a record was appended. */
    interface Outcome {
        void appended(long offset);

        /** @param reason why the record was not appended */
        void failed(String reason);
    }

    /** Notifies of the present state, and then of every change. */
    void follow(Follower follower);

    void append(Declaration declaration, Outcome outcome);

    void append(EndpointEntry entry, Outcome outcome);

    /** The latest form of each slice, and the cluster's networks, as the log has them at this moment. */
    Collection<EndpointEntry> endpoints();

    /** The time of each node's last heartbeat, as far back as a few heartbeat periods. */
    Map<NodeId, Instant> lastHeartbeats();

    @Override
    void close();
}
