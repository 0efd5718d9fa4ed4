/** Everything in one process, for a first look: broker, coordinator, recorded agents, a live table, commands. */
@NullMarked
package dev.baton.launcher.up;

import org.jspecify.annotations.NullMarked;
