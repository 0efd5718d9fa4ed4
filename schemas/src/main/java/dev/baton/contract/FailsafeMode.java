package dev.baton.contract;

/** What a holder does when its lease runs out because Kafka itself is away. */
public enum FailsafeMode {
    /** It fences in time, always. */
    OFF,
    /** It asks its possible successors first. Reserved: records carry its fields, agents refuse to start with it. */
    PEERS
}
