package dev.baton.contract;

/** Why an EIP was assigned. Shared by log line, metric tag, CRD condition and audit. */
public enum MoveReason {
    /** The EIP was just allocated. */
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
    /** The EIP waited because no node was eligible; now one is. */
    NODE_ELIGIBLE,
    /** No eligible node is left. */
    NO_ELIGIBLE_NODE,
    /** Reserved: nothing gives this reason. While the storm brake is on, assignments keep theirs. */
    STORM_BRAKE,
    /** The EIP is in a network of other nodes, and the holder has no interface there. */
    NO_INTERFACE,
    /** Other nodes' probes through the holder's tunnel do not come back. */
    HOLDER_UNREACHABLE,
    /** EgressGateway had the EIP on this node when the fleet took it over. */
    ADOPTED
}
