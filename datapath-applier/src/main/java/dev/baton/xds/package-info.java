/**
 * Serves views to proxies: {@link dev.baton.xds.AdsServer} holds the connections, {@code stream} knows what is said on
 * each of them.
 *
 * <p>One thread owns all state; gRPC's threads only hand over to it. The port is opened by a call of its own, after the
 * log was read to its end: whoever reconnects to a server that does not know everything yet is told that it is gone.
 * Imports its rooms, gRPC, the messages and the contract.
 */
@NullMarked
package dev.baton.xds;

import org.jspecify.annotations.NullMarked;
