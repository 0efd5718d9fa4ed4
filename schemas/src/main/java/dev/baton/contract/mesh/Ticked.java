package dev.baton.contract.mesh;

import dev.baton.contract.Tick;

/** Time, in either log of a mesh. */
public record Ticked(Tick tick) implements HealthEvent, MeshEvent {}
