package dev.baton.contract.mesh;

import dev.baton.contract.Epoch;

/**
 * What {@code baton.routes} shows.
 *
 * @param epoch grows with every route of the mesh: of two, the higher one counts
 * @param cause offset of the mesh's log that it follows from
 */
public record RouteInForce(Route route, Epoch epoch, long cause) {}
