/**
 * What is known: the fleet as Kubernetes wants it, and as the coordinator has decided it. Collections that change with
 * each event; all belong to the bridge's one loop. No API server, no clock.
 */
@NullMarked
package dev.baton.bridge.state;

import org.jspecify.annotations.NullMarked;
