package dev.baton.failover.core;

import dev.baton.contract.AssignmentStep;
import java.util.Optional;

/**
 * What the coordinator does with an EIP's assignment when an event meets a step; {@link Protocol} says when. An EIP
 * that no policy uses any more is freed where it would be acquired.
 */
enum Transition {
    /** The best node acquires. */
    ACQUIRE_BEST(AssignmentStep.ACQUIRE, "the best node acquires"),
    /** The node that held the EIP gets it again if it can take it, so that nothing moves; else the best node does. */
    ACQUIRE_SAME_NODE_FIRST(AssignmentStep.ACQUIRE, "the same node acquires again if it can, else the best node"),
    /** The successor that was named before acquires if it can, else the best node does. */
    ACQUIRE_SUCCESSOR_FIRST(AssignmentStep.ACQUIRE, "the successor acquires if it can, else the best node"),
    /** The holder keeps the EIP while the best other node prepares. */
    PREPARE_BEST(AssignmentStep.PREPARE, "the best other node prepares"),
    /** The same, with the node that the request names or that rebalancing found. */
    PREPARE_REQUESTED(AssignmentStep.PREPARE, "the requested node prepares"),
    /** The holder must let go; the best other node is to be next. */
    RELEASE_FOR_BEST(AssignmentStep.RELEASE, "the holder lets go, for the best other node"),
    /** The holder must let go; the successor has prepared. */
    RELEASE_FOR_SUCCESSOR(AssignmentStep.RELEASE, "the holder lets go, for the successor"),
    /** The holder must let go; who is next is not decided yet, if anybody is. */
    RELEASE_FOR_NOBODY(AssignmentStep.RELEASE, "the holder lets go, for nobody yet"),
    /** The holder has taken the EIP. The epoch stays: it is the one that the holder acknowledged. */
    CONFIRM(AssignmentStep.HELD, "the holder has it"),
    /** The move is off, the holder keeps the EIP; then the EIP is evaluated anew. */
    KEEP(AssignmentStep.HELD, "the move is off, the holder keeps it; looked at again at once"),
    /** No node can take the EIP: the allocation stays, the traffic is dropped, operators are alerted. */
    WAIT(AssignmentStep.WAITING, "its traffic is dropped, operators are alerted"),
    /** It is given to a node when all nodes that start are Ready, or after two eviction timeouts. */
    GATHER("nothing yet; looked at again when a node becomes Ready, and after two eviction timeouts at the latest"),
    /** Nobody uses the EIP and nobody holds it: it goes back to its pool. */
    FREE("the EIP goes back to its pool"),
    /** Nothing changes now; evaluated again when the first quarantine ends. */
    RETRY_LATER("nothing yet; looked at again when a node becomes eligible or a quarantine ends"),
    /** Nothing changes now; operators are alerted, once per step. */
    ALERT("operators are alerted, once"),
    /** The pause is over: act on what is true of the EIP now. */
    EVALUATE("looked at again");

    private final Optional<AssignmentStep> next;
    private final String text;

    Transition(AssignmentStep next, String text) {
        this.next = Optional.of(next);
        this.text = text;
    }

    Transition(String text) {
        this.next = Optional.empty();
        this.text = text;
    }

    /** The step that follows; empty if the assignment stays as it is, or ends. */
    Optional<AssignmentStep> next() {
        return next;
    }

    /** For {@code protocol.md}. */
    String text() {
        return text;
    }

    boolean isAcquire() {
        return next.equals(Optional.of(AssignmentStep.ACQUIRE));
    }
}
