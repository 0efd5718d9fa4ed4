/** The bridge as a service: its command, and its access to the logs. */
@NullMarked
package dev.baton.launcher.bridge;

import org.jspecify.annotations.NullMarked;
