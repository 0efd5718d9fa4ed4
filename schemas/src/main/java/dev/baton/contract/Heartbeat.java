package dev.baton.contract;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A node says that its agent lives, and whether its datapath works.
 *
 * @param sequence grows within an incarnation; a number is taken once
 * @param foldedOffset offset of the fleet log up to which the node has obeyed
 * @param asksConfirmation reserved for the failsafe among peers: always false
 * @param evictionTimeout the silence that this node's lease counts on; it is never timed out earlier
 * @param parent the interface under its tunnel
 * @param lineage of the log whose assignments the node obeys; empty: it has read none
 * @param reads the newest rules that the agent knows
 * @param sentAt its wall clock, for people to read; decides nothing
 */
public record Heartbeat(
        NodeId node,
        Incarnation incarnation,
        long sequence,
        DatapathState datapath,
        DatapathFault fault,
        long foldedOffset,
        boolean asksConfirmation,
        Duration evictionTimeout,
        Optional<ParentInterface> parent,
        Optional<Lineage> lineage,
        Rules reads,
        Instant sentAt)
        implements LivenessEvent {
    /** A node may not ask for a longer timeout than this. */
    public static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(10);

    public Heartbeat {
        if (evictionTimeout.isNegative() || evictionTimeout.compareTo(LONGEST_TIMEOUT) > 0) {
            throw new IllegalArgumentException(
                    "evictionTimeout=" + evictionTimeout.toMillis() + "ms of node " + node + " is not within 0ms..10m");
        }
    }

    /** As these rules know it: a fold by them takes nothing from it that its records have no place for. */
    public Heartbeat under(Rules rules) {
        return new Heartbeat(
                node,
                incarnation,
                sequence,
                datapath,
                fault,
                foldedOffset,
                asksConfirmation,
                evictionTimeout,
                parent.map(said -> said.under(rules)),
                lineage,
                reads,
                sentAt);
    }
}
