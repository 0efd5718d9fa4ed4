package dev.baton.xds.render;

import dev.baton.contract.mesh.Route;

/**
 * A destination's route, as it is served.
 *
 * @param version of what was assigned
 */
public record Exposed(Route route, long version) {}
