/** Commands that read the logs or append a declaration; none of them decides anything. */
@NullMarked
package dev.baton.launcher.cli;

import org.jspecify.annotations.NullMarked;
