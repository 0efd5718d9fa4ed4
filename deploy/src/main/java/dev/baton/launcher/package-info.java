/**
 * The {@code baton} command: every service, the embedded broker, the command line, and all of them in one process.
 * The composition root: only the end-to-end tests import it.
 */
@NullMarked
package dev.baton.launcher;

import org.jspecify.annotations.NullMarked;
