/** Commands that read the logs or add a declaration to them; none decides anything. */
@NullMarked
package dev.baton.launcher.cli;

import org.jspecify.annotations.NullMarked;
