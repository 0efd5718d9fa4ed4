package dev.baton.contract;

/**
 * What happens to a policy's traffic while no eligible node holds its EIP. Reserved for other choices: so far there
 * is one.
 */
public enum OnNoGateway {
    /** Dropped: it never leaves with a wrong source. */
    DROP
}
