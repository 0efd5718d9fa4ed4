package dev.baton.contract;

/** The agent was asked to stop: move its EIPs away now, in the planned way. */
public record NodeLeaving(NodeId node, Incarnation incarnation) implements LivenessEvent, FleetEvent {}
