/**
 * Where destinations' traffic goes, as pure functions: {@link dev.baton.failover.routing.Levels} ranks a destination's
 * members for a caller, {@link dev.baton.failover.routing.Routes} adds endpoints, weights and health.
 *
 * <p>Two things hold whatever the input: what has a weight by the user's word keeps it whatever the health, and a
 * destination with a usable endpoint is never emptied. Imports the contract, java.base, and log time
 * and tables of {@code core}.
 */
@NullMarked
package dev.baton.failover.routing;

import org.jspecify.annotations.NullMarked;
