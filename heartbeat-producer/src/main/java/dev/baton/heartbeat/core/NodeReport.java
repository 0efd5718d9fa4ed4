package dev.baton.heartbeat.core;

import dev.baton.contract.DatapathFault;
import dev.baton.contract.DatapathState;
import dev.baton.contract.Lineage;
import dev.baton.contract.ParentInterface;
import java.time.Duration;
import java.util.Optional;

/**
 * What the node's work thread says of itself, for the next heartbeat.
 *
 * @param foldedOffset offset of the fleet log up to which the node has obeyed; -1 before the first
 * @param lineage of the log whose assignments the node obeys; empty: it has read none
 * @param atNanos when the work thread last finished a round; later by the time in which the whole process stood still
 */
public record NodeReport(
        DatapathState datapath,
        DatapathFault fault,
        long foldedOffset,
        Optional<ParentInterface> parent,
        Optional<Lineage> lineage,
        long atNanos) {
    /** @param lineage that the process before obeyed */
    public static NodeReport starting(Optional<Lineage> lineage, long nowNanos) {
        return new NodeReport(DatapathState.STARTING, DatapathFault.NONE, -1, Optional.empty(), lineage, nowNanos);
    }

    public NodeReport at(long nowNanos) {
        return new NodeReport(datapath, fault, foldedOffset, parent, lineage, nowNanos);
    }

    /**
     * For how long the work thread has finished no round, although this process had a processor. A busy or paused
     * machine keeps all threads waiting: then the heartbeat is overdue too, and the work thread is not the one that
     * hangs.
     */
    public Duration silence(HeartbeatSchedule schedule, long nowNanos) {
        return Duration.ofNanos(nowNanos - atNanos).minus(schedule.overdue(nowNanos));
    }

    /** The same, to be told before the schedule forgets that this heartbeat was overdue. */
    public NodeReport excused(HeartbeatSchedule schedule, long nowNanos) {
        long later = atNanos + schedule.overdue(nowNanos).toNanos();
        return at(later - nowNanos < 0 ? later : nowNanos);
    }

    /** Whether another report says something new, apart from its time and the offset. */
    public boolean saysTheSameAs(NodeReport other) {
        return datapath == other.datapath
                && fault == other.fault
                && parent.equals(other.parent)
                && lineage.equals(other.lineage);
    }
}
