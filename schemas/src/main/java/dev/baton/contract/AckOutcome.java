package dev.baton.contract;

/** What an agent made of an assignment step. */
public enum AckOutcome {
    /** Ready to take over; emits nothing yet. */
    PREPARED,
    /** Holds the EIP. */
    APPLIED,
    /** Holds it no more and forwards to the successor. */
    WITHDRAWN,
    /** Could not; holds nothing of it. */
    FAILED
}
