package dev.baton.contract;

import java.time.Duration;
import java.util.Optional;

/**
 * The state of a node in the liveness fold.
 *
 * @param sequence of the last heartbeat that counted
 * @param silentSince log time of the first tick after the last heartbeat; empty: no tick since
 */
public record NodeLiveness(
        NodeId node,
        Incarnation incarnation,
        long sequence,
        TunnelPhase phase,
        DatapathFault fault,
        Duration evictionTimeout,
        Optional<Duration> silentSince,
        long lastHeartbeatOffset,
        long foldedOffset,
        Optional<ParentInterface> parent) {

    public NodeLiveness withPhase(TunnelPhase changed) {
        return new NodeLiveness(
                node,
                incarnation,
                sequence,
                changed,
                fault,
                evictionTimeout,
                silentSince,
                lastHeartbeatOffset,
                foldedOffset,
                parent);
    }

    public NodeLiveness withSilentSince(Optional<Duration> changed) {
        return new NodeLiveness(
                node,
                incarnation,
                sequence,
                phase,
                fault,
                evictionTimeout,
                changed,
                lastHeartbeatOffset,
                foldedOffset,
                parent);
    }

    /** The entry at this offset is a sign of its life, whatever else it says. */
    public NodeLiveness heardAt(long offset, Duration lease) {
        return new NodeLiveness(
                node, incarnation, sequence, phase, fault, lease, Optional.empty(), offset, foldedOffset, parent);
    }
}
