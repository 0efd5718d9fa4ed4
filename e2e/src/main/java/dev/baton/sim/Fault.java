package dev.baton.sim;

/** The menu of faults. */
enum Fault {
    /** An agent dies; its kernel state stays; it comes back with its run directory. */
    CRASH_AGENT,
    /** An agent dies and its run directory is lost. */
    LOSE_RUN_DIRECTORY,
    /** An agent is stopped where it stands, maybe between reading a clock and acting on it. */
    FREEZE_NODE,
    /** An agent is stopped just as long as the kernel's guard allows in its last renewal before its link is cut. */
    NEAR_MISS,
    /** A machine loses power: nothing is left of it. */
    POWER_OFF,
    /** An agent is asked to stop and moves its EIPs away first. */
    LEAVE,
    /** A node's datapath says that it is broken. */
    BREAK_DATAPATH,
    /** What a node sends does not arrive. */
    CUT_SENDING,
    /** What is sent to a node does not arrive: also the answers to what it sends. */
    CUT_RECEIVING,
    /** All links are cut one by one, and healed in another order. */
    SWIZZLE,
    /** A link becomes slow. */
    CLOG,
    /** The coordinator dies; another starts from a snapshot. */
    CRASH_COORDINATOR,
    /** The coordinator is frozen and goes on later, with its successor at work already. */
    PAUSE_COORDINATOR,
    /** Two instances work at once for a while. */
    SECOND_COORDINATOR,
    /** The coordinator's link is cut. */
    CUT_COORDINATOR,
    /** One log, or all, cannot be reached. */
    LOG_OUTAGE,
    /** Another replica leads; its wall clock stands elsewhere. */
    LEADER_CHANGE
}
