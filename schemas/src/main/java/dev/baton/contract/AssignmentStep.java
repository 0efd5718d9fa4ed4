package dev.baton.contract;

/** Where an EIP's assignment stands. One holder at most in each. */
public enum AssignmentStep {
    /** Nobody holds it, for want of an eligible node; its traffic is dropped. */
    WAITING,
    /** The holder keeps it; the successor prepares and acknowledges PREPARED. */
    PREPARE,
    /** The holder lets go, forwards to the successor if there is one, and acknowledges WITHDRAWN. */
    RELEASE,
    /** The holder is new: it takes the EIP and acknowledges APPLIED. */
    ACQUIRE,
    /** The holder has acknowledged; everything is at rest. */
    HELD
}
