package dev.baton.xds.stream;

/** The two forms of the protocol. */
enum Form {
    /** What changed, and what is gone. */
    DELTA,
    /** State of the world: all clusters and all listeners each time; of other types what changed. */
    SOTW
}
