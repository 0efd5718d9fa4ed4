package dev.baton.heartbeat;

import dev.baton.contract.LivenessEvent;

/** Where a node's heartbeats and acknowledgements go. */
public interface HeartbeatLog extends AutoCloseable {
    /**
     * Appends, or gives up within about one update period: a late heartbeat would look fresh. Blocks for no longer than
     * that. {@code outcome} is called once, by any thread.
     */
    void append(LivenessEvent event, Outcome outcome);

    /** What became of an append. */
    interface Outcome {
        /** Kafka has it, on all replicas that count. */
        void acknowledged();

        /** It may nevertheless be in the log. */
        void failed(String reason);
    }

    @Override
    void close();
}
