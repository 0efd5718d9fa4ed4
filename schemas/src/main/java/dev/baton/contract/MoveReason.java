package dev.baton.contract;

/** Why an EIP was assigned. Shared by log line, metric tag, CRD condition and audit. */
public enum MoveReason {
    /** It was allocated just now. */
    ALLOCATED,
    /** The holder was silent for the eviction timeout. */
    HOLDER_TIMED_OUT,
    /** The holder says that its datapath is broken. */
    HOLDER_FAILED,
    /** The holder came back as a new incarnation: its old lease had lapsed. */
    HOLDER_NEW_INCARNATION,
    /** The holder's agent was asked to stop. */
    HOLDER_LEAVING,
    /** An operator drains the holder, or it is cordoned. */
    DRAIN,
    /** An operator asked for this node. */
    OPERATOR,
    /** An operator asked for an even spread. */
    REBALANCE,
    /** The gateway's selector no longer selects the holder, or the node was removed. */
    HOLDER_NOT_SELECTED,
    /** The holder answered FAILED. */
    ACK_FAILED,
    /** The holder did not acknowledge within the ack timeout. */
    ACK_TIMEOUT,
    /** It waited for want of an eligible node, and now there is one. */
    NODE_ELIGIBLE,
    /** No eligible node is left. */
    NO_ELIGIBLE_NODE,
    /** Too many of the gateway's nodes are silent at once. */
    STORM_BRAKE
}
