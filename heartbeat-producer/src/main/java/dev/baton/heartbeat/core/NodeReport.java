package dev.baton.heartbeat.core;

import dev.baton.contract.DatapathFault;
import dev.baton.contract.DatapathState;
import dev.baton.contract.ParentInterface;
import java.util.Optional;

/**
 * What the node's work thread says of itself, for the next heartbeat.
 *
 * @param foldedOffset offset of the fleet log up to which the node has obeyed; -1 before the first
 * @param atNanos when the work thread was last seen to go round
 */
public record NodeReport(
        DatapathState datapath,
        DatapathFault fault,
        long foldedOffset,
        Optional<ParentInterface> parent,
        long atNanos) {
    public static NodeReport starting(long nowNanos) {
        return new NodeReport(DatapathState.STARTING, DatapathFault.NONE, -1, Optional.empty(), nowNanos);
    }

    public NodeReport at(long nowNanos) {
        return new NodeReport(datapath, fault, foldedOffset, parent, nowNanos);
    }

    /** Whether another report says something new, apart from its time and the offset. */
    public boolean saysTheSameAs(NodeReport other) {
        return datapath == other.datapath && fault == other.fault && parent.equals(other.parent);
    }
}
