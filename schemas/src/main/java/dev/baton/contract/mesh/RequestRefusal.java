package dev.baton.contract.mesh;

/** Why an operator's request is not carried out. */
public enum RequestRefusal {
    NO_SUCH_DESTINATION,
    NO_SUCH_MEMBER,
    /** Nothing else of the destination is usable. */
    LAST_USABLE,
    /** There is no level to fail over to. */
    ONE_LEVEL,
    /** Its shares are fixed by its user. */
    FIXED_SHARES,
    /** Neither was taken out, nor waits for a word. */
    NOTHING_TO_LET_BACK
}
