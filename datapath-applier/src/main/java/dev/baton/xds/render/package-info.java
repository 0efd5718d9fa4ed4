/**
 * From routes to xDS resources, as pure functions: {@link dev.baton.xds.render.Render} for one destination, {@link
 * dev.baton.xds.render.Views} for all that one caller sees.
 *
 * <p>What holds whatever the input: priorities are contiguous, weights are at least 1, a locality stands once in an
 * assignment, every cluster has an assignment in the same view, a gRPC client is never given an empty one, and what is
 * divided by weight looks the same whatever its health. Imports the contract, the messages and {@code resource}.
 */
@NullMarked
package dev.baton.xds.render;

import org.jspecify.annotations.NullMarked;
