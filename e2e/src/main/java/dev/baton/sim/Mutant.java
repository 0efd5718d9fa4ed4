package dev.baton.sim;

/** One rule broken on purpose, at a seam between a core and its shell. Some law must notice. */
public enum Mutant {
    /** The lease counts from the acknowledgement of a heartbeat, not from its sending. */
    LEASE_FROM_ACKNOWLEDGEMENT,
    /** Ticks of a ticker that was replaced count, and the ticker does not step back. */
    REPLACED_TICKER_COUNTED,
    /** A ticker sends its next tick without having read the previous one back. */
    TICKS_WITHOUT_READ_BACK,
    /** A node obeys an assignment that names an older incarnation of it. */
    OLDER_INCARNATION_ACCEPTED,
    /** A node obeys whichever assignment came last, not the one with the highest epoch. */
    OLDER_EPOCH_ACCEPTED,
    /** The successor is told to acquire without waiting for the holder's release. */
    ACQUIRE_BEFORE_RELEASE,
    /** A silent node is timed out by the tick before the right one. */
    TIMEOUT_ONE_TICK_EARLY,
    /** Snapshots do not say in which phase a node is. */
    PHASE_FORGOTTEN_IN_SNAPSHOT,
    /** An EIP is freed with the first of its policies instead of the last. */
    EIP_FREED_WHILE_USED,
    /** Several assignments of one cause come in an order that differs between two processes. */
    HASH_ORDER,
    /** A node that answered FAILED tries the same assignment again. */
    FAILED_TRIED_AGAIN,
    /** A lost session is numbered by seconds: two within one get the same number. */
    NUMBERED_BY_SECONDS,
    /** Publishing everything anew does not take away what a zombie left. */
    STRAYS_LEFT,
    /** An agent that starts within a long lease states the timeout that it knows, not the one the lease counts on. */
    LEASE_TERMS_FORGOTTEN,
    /** An agent that was killed while leaving comes back as the same incarnation. */
    LEAVING_FORGOTTEN,
    /** A coordinator that takes over waits for the next entry of each log, however quiet that is. */
    QUIET_LOG_NOT_WOKEN,
    /** A start takes the newest snapshot, also if it is of later entries than those that were committed. */
    SNAPSHOT_FROM_LATER,
    /** A heartbeat announces a shorter timeout while an older, longer lease still runs. */
    TIMEOUT_SHORTENED_AT_ONCE,
    /** An agent announces its next incarnation without having taken the last one's lease from the kernel. */
    ANNOUNCED_WITHOUT_WITHDRAWING,
    /** An agent begins the lease of its next incarnation before the datapath was brought to it. */
    BEGUN_BEFORE_APPLIED,
    /** A restart within the lease numbers its heartbeats from zero. */
    SEQUENCES_FROM_ZERO,
    /** A successor takes the EIP when it is asked to prepare. */
    ACQUIRED_ON_PREPARE
}
