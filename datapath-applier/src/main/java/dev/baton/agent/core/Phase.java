package dev.baton.agent.core;

import dev.baton.contract.Incarnation;
import java.util.Optional;

/** What an agent is. Only in {@link Holding} may a frame with an EIP leave this node. */
public sealed interface Phase {
    /**
     * An earlier process's lease runs on: if the kernel still enforces it, this process goes on as that incarnation.
     */
    record Resuming(Incarnation incarnation) implements Phase {}

    /**
     * The kernel may hold something of an earlier incarnation. Nothing is announced until it is gone.
     *
     * @param failed whether the kernel was asked to let go and could not
     */
    record Fencing(Incarnation last, boolean failed) implements Phase {
        Fencing(Incarnation last) {
            this(last, false);
        }
    }

    /** The kernel has let go of everything, and the logs are to be read to their present end. */
    record Fenced(Incarnation last) implements Phase {}

    /** Holds nothing, is silent, and reads the logs to where they ended when it was fenced. */
    record CatchingUp(Incarnation last) implements Phase {}

    /** The datapath is being brought to the next incarnation, so that its first heartbeat can say that it is ready. */
    record Announcing(Incarnation last, Incarnation next) implements Phase {}

    /** Heartbeats go out. The kernel has no lease yet. */
    record Announced(Incarnation incarnation) implements Phase {}

    /** The kernel has this incarnation's lease: what the logs assign to it is held. */
    record Holding(Incarnation incarnation) implements Phase {}

    /**
     * Asked to leave, and nothing is left to wait for: heartbeats have ended, and the kernel is to let go.
     *
     * @param inTime whether all EIPs were moved away before the agent's patience ended
     */
    record Ending(boolean inTime) implements Phase {}

    /** Has left. */
    record Left() implements Phase {}

    /** The incarnation that heartbeats announce; empty while the node is silent. */
    default Optional<Incarnation> announced() {
        return switch (this) {
            case Announced(Incarnation incarnation) -> Optional.of(incarnation);
            case Holding(Incarnation incarnation) -> Optional.of(incarnation);
            case Resuming _, Fencing _, Fenced _, CatchingUp _, Announcing _, Ending _, Left _ -> Optional.empty();
        };
    }
}
