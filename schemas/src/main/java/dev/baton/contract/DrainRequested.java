package dev.baton.contract;

/**
 * An operator wants a node free of EIPs, or allows it again.
 *
 * @param drain false ends the drain
 */
public record DrainRequested(NodeId node, boolean drain) implements Declaration {}
