/** From decisions to statuses, conditions and events, as pure functions; and the queue of what is to be written. */
@NullMarked
package dev.baton.bridge.status;

import org.jspecify.annotations.NullMarked;
