package dev.baton.prober;

/** How a probe ended. */
public sealed interface Outcome {
    /** The endpoint can take requests. */
    record Passed() implements Outcome {}

    /** It cannot. */
    record Failed(Reason reason, String detail) implements Outcome {}

    /** The endpoint was not asked, for want of something on this machine: that says nothing about it. */
    record Unasked(String detail) implements Outcome {}

    /** Why a probe failed. */
    enum Reason {
        /** Nobody listens. */
        REFUSED,
        /** There is no way to its address. */
        UNREACHABLE,
        /** There was no whole answer in time. */
        TIMED_OUT,
        /** The connection was closed before the whole answer. */
        RESET,
        /** An HTTP status that is not a good one. */
        BAD_STATUS,
        /** By gRPC's health protocol. */
        NOT_SERVING,
        /** What came is not the protocol that was spoken. */
        MALFORMED,
        /** Its name has no address. */
        UNRESOLVED
    }
}
