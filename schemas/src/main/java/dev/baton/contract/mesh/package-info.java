/**
 * The language of destinations: what clients call, what their traffic can go to, and where the coordinator sends it.
 *
 * <p>A {@link dev.baton.contract.mesh.Destination} is what clients call: a host name, or a route's backends. Its {@link
 * dev.baton.contract.mesh.Member}s are backends, or workload clusters' gateways, with endpoints. Its {@link
 * dev.baton.contract.mesh.Mode} says which of them get traffic first. What comes out, for each place that callers are
 * at, is a {@link dev.baton.contract.mesh.Route}.
 *
 * <p>Nothing here decides. Imports the contract and java.base only.
 */
@NullMarked
package dev.baton.contract.mesh;

import org.jspecify.annotations.NullMarked;
