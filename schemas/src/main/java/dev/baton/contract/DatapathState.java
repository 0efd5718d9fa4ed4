package dev.baton.contract;

/** What a heartbeat says of the node's datapath. */
public enum DatapathState {
    /** Being built, or not yet caught up with the assignments: gets no EIP. */
    STARTING,
    /** Stands, was read back, and the node has caught up. */
    READY,
    /** Cannot carry traffic; the fault says why. */
    BROKEN
}
