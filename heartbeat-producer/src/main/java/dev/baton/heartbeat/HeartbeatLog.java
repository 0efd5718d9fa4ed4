package dev.baton.heartbeat;

import dev.baton.contract.LivenessEvent;

/** Where a node's heartbeats and acknowledgements go. */
public interface HeartbeatLog extends AutoCloseable {
    /**
     * Appends, or gives up within about one update period: a late heartbeat would look fresh. Blocks for no longer than
     * that. One of the methods of {@code delivery} is called once, by any thread.
     */
    void append(LivenessEvent event, Delivery delivery);

    /** Is told what became of an append. */
    interface Delivery {
        /** Kafka has it, on all replicas that count. */
        void acknowledged();

        /** It may nevertheless be in the log. */
        void failed(String reason);
    }

    @Override
    void close();
}
