/**
 * Whether this process may change anything in the cluster but what is its own. Imports nothing of the bridge, since
 * all that writes must pass here.
 */
@NullMarked
package dev.baton.bridge.gate;

import org.jspecify.annotations.NullMarked;
