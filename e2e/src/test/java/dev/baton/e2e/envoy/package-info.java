/** A real Envoy, and a real gRPC client, that the xDS server tells where requests go, while requests are sent. */
@NullMarked
package dev.baton.e2e.envoy;

import org.jspecify.annotations.NullMarked;
