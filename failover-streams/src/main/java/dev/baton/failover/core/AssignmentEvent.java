package dev.baton.failover.core;

import dev.baton.contract.MoveReason;
import java.util.EnumSet;
import java.util.Set;

/**
 * What can happen to an EIP's assignment: something has become true of the EIP, an agent has answered, or time has
 * passed. With the assignment's step it selects a row of {@link Protocol}.
 */
enum AssignmentEvent {
    /** The holder has lost its authority: it timed out, or came back as another incarnation. Its lease has lapsed. */
    HOLDER_LOST(MoveReason.HOLDER_TIMED_OUT, MoveReason.HOLDER_NEW_INCARNATION),
    /** No policy uses the EIP any more. */
    UNUSED,
    /** The node that should be next cannot take the EIP any more. */
    SUCCESSOR_NOT_ELIGIBLE,
    /** The gateway's selector no longer selects the holder, or the holder's node was removed. */
    HOLDER_NOT_SELECTED(MoveReason.HOLDER_NOT_SELECTED),
    /** The holder's heartbeats say that its datapath is broken, or that it is not in the EIP's network any more. */
    HOLDER_FAILED(MoveReason.HOLDER_FAILED, MoveReason.NO_INTERFACE),
    /** The holder is drained or cordoned, its agent was asked to stop, or other nodes cannot reach it. */
    HOLDER_DRAINED(MoveReason.HOLDER_LEAVING, MoveReason.DRAIN, MoveReason.HOLDER_UNREACHABLE),
    /** Nobody holds the EIP, and a policy uses it. */
    NODE_WANTED(MoveReason.ALLOCATED, MoveReason.NODE_ELIGIBLE, MoveReason.ADOPTED),
    /** The same, a node could take it, and other nodes of a new gateway are about to be Ready. */
    NODES_STARTING,
    /** An operator asked for this move, or for an even spread, or EgressGateway had the EIP elsewhere. */
    MOVE_REQUESTED(MoveReason.OPERATOR, MoveReason.REBALANCE, MoveReason.ADOPTED),
    /** The node that was asked has answered PREPARED. */
    PREPARED,
    /** The node that was asked has answered WITHDRAWN. */
    WITHDRAWN,
    /** The node that was asked has answered APPLIED. */
    APPLIED,
    /** The holder has answered FAILED: it holds nothing of the EIP, and never will under this epoch. */
    HOLDER_ANSWERED_FAILED(MoveReason.ACK_FAILED),
    /** The successor has answered FAILED: it cannot prepare. */
    SUCCESSOR_ANSWERED_FAILED,
    /** The acknowledgement did not come in time, or a pause is over. */
    OVERDUE(MoveReason.ACK_TIMEOUT);

    private final Set<MoveReason> reasons;

    AssignmentEvent(MoveReason... reasons) {
        this.reasons = EnumSet.noneOf(MoveReason.class);
        for (MoveReason reason : reasons) {
            this.reasons.add(reason);
        }
    }

    /** The reasons that this event can give to an assignment; none if the assignment keeps the reason that it has. */
    Set<MoveReason> reasons() {
        return Set.copyOf(reasons);
    }
}
