package dev.baton.sim.menu;

/** States that a run seldom comes to, and that matter: a run in which one never came has not tested what it should. */
public enum Rare {
    /** A fleet goes on in another log. */
    IMPORTED,
    /** A coordinator starts while an EIP is to move and its successor prepares. */
    TAKE_OVER_IN_PREPARE,
    /** A coordinator starts while a holder is asked to let go. */
    TAKE_OVER_IN_RELEASE,
    /** A coordinator starts while a successor is asked to hold. */
    TAKE_OVER_IN_ACQUIRE,
    /** A coordinator starts while an EIP waits for an eligible node. */
    TAKE_OVER_IN_WAITING,
    /** A holder is timed out while it is asked to let go. */
    TIMED_OUT_IN_RELEASE,
    /** A successor is timed out while it is asked to hold. */
    TIMED_OUT_IN_ACQUIRE,
    /** A move is called off: its successor failed to prepare. */
    MOVE_CALLED_OFF,
    /** An EIP is to leave a holder that most other nodes have lost the path to. */
    HOLDER_UNREACHABLE,
    /** A node is passed over because its agent only records. */
    RECORDS_ONLY,
    /** An EIP goes to the node on which EgressGateway had it. */
    ADOPTED,
    /** An adopted EIP waits for the holder of another EIP that has one of its addresses. */
    ADOPTED_PAIR_WAITS,
    /** A node answers that it could not do what it was asked to. */
    ACKNOWLEDGED_FAILED,
    /** A node does not answer in time. */
    ACKNOWLEDGED_LATE,
    /** Too many nodes of a gateway are silent at once: failover is held back. */
    FAILOVER_HELD,
    /** An agent starts again and its kernel's lease still runs. */
    RESTART_WITHIN_LEASE,
    /** An agent starts again with a session, and its kernel's lease has run out. */
    RESTART_AFTER_LEASE,
    /** The kernel's lease ran out before it was renewed. */
    LEASE_LAPSED,
    /** A renewal came later than the kernel's guard allows. */
    RENEWAL_TOO_LATE,
    /** The kernel refuses to let go. */
    NOT_WITHDRAWN,
    /** A node let go of an EIP, and its kernel still translates connections to it. */
    CONNECTIONS_LEFT,
    /** A heartbeat that was given up is appended after a later incarnation's. */
    OLDER_INCARNATION_HEARD,
    /** Another machine announces itself by the name of one that lives. */
    NAME_TAKEN,
    /** A heartbeat of an incarnation that was timed out is appended. */
    TIMED_OUT_INCARNATION_HEARD,
    /** Two instances tick at once, and one of them counts for nothing. */
    REPLACED_TICKER_HEARD,
    /** An entry comes a second time, by an instance that started again. */
    SEQUENCED_TWICE,
    /** An acknowledgement names another epoch than the one in force. */
    OTHER_EPOCH_ACKNOWLEDGED,
    /** Silence that was counted is forgotten, because the log was away. */
    FRESH_GRACE,
    /** A record that nobody can read is passed over. */
    UNREADABLE_PASSED_OVER,
    /** A record that nobody can read ends the silence of the node that its key names. */
    UNREADABLE_COUNTED,
    /** A coordinator refuses to start: its past has a hole. */
    START_REFUSED,
    /** A running coordinator ended because entries were gone that it had not read. */
    RUN_REFUSED,
    /** A node let go of everything because it could not read. */
    CANNOT_READ,
    /** A coordinator or an agent ended because it does not know the rules in force. */
    AGENT_TOO_OLD,
    COORDINATOR_TOO_OLD,
    /** Newer rules came into force. */
    RULES_ADOPTED,
    /** A declaration is refused. */
    DECLARATION_REFUSED,
    /** An EIP is taken out of use. */
    EIP_FREED,
    /** An instance with an older state said something after its successor: readers are told the older value last. */
    OLDER_WORD_LAST
}
