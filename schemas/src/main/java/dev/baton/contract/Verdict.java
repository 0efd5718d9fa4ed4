package dev.baton.contract;

/** Placement's verdict on a node. */
public enum Verdict {
    CHOSEN,
    /** Eligible, but another was better. */
    ELIGIBLE,
    NOT_SELECTED,
    NOT_READY,
    /** Kubernetes says NotReady: keeps what it has, gets nothing new. */
    NODE_NOT_READY,
    LEAVING,
    DRAINING,
    QUARANTINED,
    /** Its agent does not know the rules in force. */
    AGENT_TOO_OLD
}
