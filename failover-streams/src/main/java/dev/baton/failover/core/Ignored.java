package dev.baton.failover.core;

/** Why a fold ignored an observation: nonsense is counted, not obeyed. */
public enum Ignored {
    /** A later incarnation of the node was seen. */
    OLDER_INCARNATION,
    /** The incarnation was timed out; only a new one counts. */
    LAPSED_INCARNATION,
    /** Another machine announces itself by the name of one that lives. */
    NAME_TAKEN,
    /** The sequence number was taken already, or a later one. */
    OLDER_SEQUENCE,
    /** The tick is from a ticker that was replaced, or that never took over. */
    REPLACED_TICKER,
    /** The acknowledgement names another epoch than the one in force. */
    OTHER_EPOCH,
    /** The acknowledgement comes from a node that was not asked. */
    NOT_ASKED,
    /** A number is so far above the one before that nothing could follow it. */
    IMPLAUSIBLE,
    /** The node is unknown. */
    UNKNOWN_NODE,
    /** The fleet decides nothing now: it is carried to another log, or from one. */
    STANDSTILL,
    /** The fold threw: a fault of this release. Every release that folds by the same rules passes it over. */
    NOT_FOLDED,
    /** The entry was sequenced before, by an intake that started again. */
    SEQUENCED_TWICE
}
