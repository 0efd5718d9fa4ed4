package dev.baton.bridge.status;

/** The order of writes when there are more than the rate allows. */
public enum Urgency {
    /** A user waits for an object to be deleted. */
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
    HEARTBEAT,
    /** What would be written, for people. */
    REPORT
}
