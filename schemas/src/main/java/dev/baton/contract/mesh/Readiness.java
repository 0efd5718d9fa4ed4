package dev.baton.contract.mesh;

/** What an endpoint's owner says of it, as in an EndpointSlice. It needs nobody's observation. */
public enum Readiness {
    READY,
    /** Gets no traffic. */
    NOT_READY,
    /** Gets no new connections; those that it has may end. */
    DRAINING
}
