package dev.baton.contract;

/** What a holder does whose lease runs out because the log itself is away. */
public enum FailsafeMode {
    /** It fences in time, always. */
    OFF,
    /** It asks its possible successors first. Reserved: records carry its fields, agents refuse to start with it. */
    PEERS
}
