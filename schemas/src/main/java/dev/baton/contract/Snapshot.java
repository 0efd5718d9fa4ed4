package dev.baton.contract;

/** A state of one of a fleet's two folds. */
public sealed interface Snapshot extends StateAt permits LivenessSnapshot, FleetSnapshot {}
