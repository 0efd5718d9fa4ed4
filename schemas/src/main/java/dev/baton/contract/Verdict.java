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
    /** Other nodes' probes through its tunnel do not come back: gets an EIP only if no other node can. */
    UNREACHABLE,
    QUARANTINED,
    /** Its agent does not know the rules in force. */
    AGENT_TOO_OLD,
    /** The EIP is in a network of other nodes, and this node has no interface there. */
    NO_INTERFACE,
    /** Its agent only records, and another one of the gateway acts: keeps what it has, gets nothing new. */
    RECORDS_ONLY,
    /** Two nodes heard another machine answer for the EIP. */
    ADDRESS_IN_USE
}
