package dev.baton.heartbeat.core;

import dev.baton.contract.NodeLeaving;
import java.util.Optional;

/** What a node must do when its next heartbeat is due. */
public sealed interface Beat {
    /** The incarnation has lapsed: its heartbeats would only delay that other nodes take over. */
    record Silent(Session after) implements Beat {}

    /**
     * Write {@code first} down, then send the heartbeat. What cannot be written down is not sent: a process that is
     * started after this one would use its number again.
     *
     * @param farewell to be sent after the heartbeat
     * @param after once {@code first} is written down
     * @param ifNotWritten nothing is sent, and the next heartbeat is due a period later
     */
    record Send(
            SavedSession first,
            SentHeartbeat heartbeat,
            Optional<NodeLeaving> farewell,
            Session after,
            Session ifNotWritten)
            implements Beat {}
}
