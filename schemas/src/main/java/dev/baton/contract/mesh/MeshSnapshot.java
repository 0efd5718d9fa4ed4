package dev.baton.contract.mesh;

import dev.baton.contract.StateAt;

/** A state of one of a mesh's two folds. */
public sealed interface MeshSnapshot extends StateAt permits HealthSnapshot, RoutingSnapshot {}
