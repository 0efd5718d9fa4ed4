package dev.baton.bridge;

import dev.baton.contract.Decided;
import dev.baton.contract.Declaration;
import dev.baton.contract.EndpointEntry;
import dev.baton.contract.FleetSnapshot;
import dev.baton.contract.NodeId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The logs of one fleet, as the bridge needs them. */
public interface FleetLog extends AutoCloseable {
    /** A decision and when its cause was appended. */
    record Told(Instant at, Decided decided) {}

    /** Hears what the coordinator decides, on a thread that it must not keep. */
    interface Follower {
        /**
         * @param state after these decisions; to be asked for only when needed, as it is made then
         * @param told in order
         */
        void moved(Supplier<FleetSnapshot> state, List<Told> told);
    }

    /** Hears what became of a record. */
    interface Outcome {
        void appended(long offset);

        /** @param reason why the log did not take it */
        void failed(String reason);
    }

    /** Tells the state as it is, and then every change of it. */
    void follow(Follower follower);

    void append(Declaration declaration, Outcome outcome);

    void append(EndpointEntry entry, Outcome outcome);

    /** The latest of each slice, and the cluster's networks, as the log has them at this moment. */
    Collection<EndpointEntry> endpoints();

    /** When each node was heard last, as far back as a few heartbeat periods. */
    Map<NodeId, Instant> lastHeartbeats();

    @Override
    void close();
}
