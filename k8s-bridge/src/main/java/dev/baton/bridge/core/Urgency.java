package dev.baton.bridge.core;

/** What is written first when there is more to write than may be. */
public enum Urgency {
    /** Somebody waits for an object to go. */
    FINALIZER,
    /** Phases of tunnels: a node failed. */
    PHASE,
    /** Where a policy's traffic leaves. */
    POLICY,
    GATEWAY,
    /** What happened, for people. */
    EVENT,
    /** Pods of a policy, networks of the cluster. */
    SLICE,
    /** Only the time of the last heartbeat. */
    HEARTBEAT
}
