package dev.baton.contract;

/** Kubernetes no longer knows the node. */
public record NodeRemoved(NodeId node) implements Declaration {}
