package dev.baton.contract;

/** An operator wants the EIP that has this address on that node, in the planned way. */
public record EipMoveRequested(IpAddress address, NodeId to) implements Declaration {}
