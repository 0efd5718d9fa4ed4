package dev.baton.contract;

/** Why a tunnel's phase changed. */
public enum PhaseReason {
    /** The first heartbeat of an incarnation. */
    NEW_INCARNATION,
    /** Heartbeats say READY. */
    DATAPATH_READY,
    /** Heartbeats say STARTING. */
    DATAPATH_STARTING,
    /** Heartbeats say BROKEN. */
    DATAPATH_BROKEN,
    /** No heartbeat for the eviction timeout of log time. */
    SILENT,
    /** Tunnel address, MAC and mark were allocated. */
    ALLOCATED,
    /** The node's Ready condition in Kubernetes changed. */
    NODE_CONDITION,
    /** Its agent lives, but most of the nodes that probe the path through its tunnel have lost it. */
    UNREACHABLE
}
