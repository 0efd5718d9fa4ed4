package dev.baton.contract.mesh;

import dev.baton.contract.FleetId;

/**
 * A decision with its name.
 *
 * @param cause offset of the mesh's log that it follows from
 * @param index its place among the decisions of that cause, from 0
 */
public record MeshDecided(FleetId mesh, long cause, int index, MeshDecision decision) {}
