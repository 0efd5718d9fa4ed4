package dev.baton.contract;

/** What becomes of a policy's traffic while no eligible node holds its EIP. */
public enum OnNoGateway {
    /** Dropped: it never leaves with a wrong source. */
    DROP
}
