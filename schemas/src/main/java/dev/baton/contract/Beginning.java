package dev.baton.contract;

/**
 * What a fleet's log knows of leases that were granted before its first entry, by a log that was there before it. Until
 * none can run any more, no EIP is given to a node.
 */
public enum Beginning {
    /** A node that was not heard yet may still hold by one. */
    EARLIER_LEASES_RUN,
    /** All nodes that may hold by one are heard, and some of them live and obey another lineage. */
    OTHERS_ARE_HEARD,
    /** The state of another log is being declared, part by part. */
    IMPORTING,
    /** No lease of another log can run. */
    OVER
}
