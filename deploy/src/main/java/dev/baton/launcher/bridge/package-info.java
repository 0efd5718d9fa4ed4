/** The bridge as a service: its command, and the logs as it needs them. */
@NullMarked
package dev.baton.launcher.bridge;

import org.jspecify.annotations.NullMarked;
