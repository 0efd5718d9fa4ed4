package dev.baton.contract;

/** Placement's verdict on a node, in the order in which it checks. */
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
    QUARANTINED
}
