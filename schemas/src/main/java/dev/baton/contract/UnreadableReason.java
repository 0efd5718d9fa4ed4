package dev.baton.contract;

/** What is wrong with a record that is passed over. */
public enum UnreadableReason {
    /** There is no key, or it is not of the form {@code fleet/entity}, or its fleet lives in another partition. */
    KEY,
    NO_VALUE,
    TOO_LARGE,
    /** The value does not begin with magic byte 0 and a schema id. */
    NO_SCHEMA_ID,
    /** A newer release may know the schema. */
    SCHEMA_UNKNOWN,
    MALFORMED
}
