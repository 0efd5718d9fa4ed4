package dev.baton.bridge;

/** What becomes of pods' packets to the outside until it is known whether a policy selects the pod. */
public enum UnknownPods {
    /** They leave with their node's address. */
    OFF,
    /** The pod's node keeps them, for a while at most: the bridge says of each node which of its pods are known. */
    HOLD
}
