package dev.baton.contract;

/** What placement said of a node, in the order in which it looks. */
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
