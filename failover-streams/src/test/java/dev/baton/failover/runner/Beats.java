package dev.baton.failover.runner;

import dev.baton.contract.DatapathFault;
import dev.baton.contract.DatapathState;
import dev.baton.contract.Heartbeat;
import dev.baton.contract.Incarnation;
import dev.baton.contract.NodeId;
import dev.baton.contract.Rules;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Heartbeats of nodes that are well, with a timeout of three seconds. */
public final class Beats {
    private Beats() {}

    static Heartbeat of(NodeId node, long sequence) {
        return of(node, 5, sequence, Instant.EPOCH);
    }

    public static Heartbeat of(NodeId node, long incarnation, long sequence, Instant sentAt) {
        return new Heartbeat(
                node,
                new Incarnation(incarnation),
                sequence,
                DatapathState.READY,
                DatapathFault.NONE,
                0,
                false,
                Duration.ofSeconds(3),
                Optional.empty(),
                Optional.empty(),
                Rules.NEWEST,
                sentAt);
    }
}
