package dev.baton.contract;

/**
 * What a node's own probes say of the path from it to another node and back: through the tunnel, and through the other
 * node's forwarding.
 *
 * @param lost whether several probes in a row have not come back
 */
public record ObservedPath(NodeId target, boolean lost) {}
