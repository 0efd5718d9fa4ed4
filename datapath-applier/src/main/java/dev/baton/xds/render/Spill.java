package dev.baton.xds.render;

/** When a level's traffic goes to the next one. */
public enum Spill {
    /** Bit by bit, from where more than about a quarter of its endpoints are gone. Envoy only. */
    GRADED,
    /** When all of it is gone. */
    BINARY
}
