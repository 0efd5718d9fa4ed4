/** A real Envoy that is told by the xDS server where requests go, while requests are sent through it. */
@NullMarked
package dev.baton.e2e.envoy;

import org.jspecify.annotations.NullMarked;
