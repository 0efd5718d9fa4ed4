/**
 * The {@code baton} command: every service, the embedded broker, the command line, and all of them in one process. The
 * composition root: nobody imports it but the end-to-end tests.
 */
@NullMarked
package dev.baton.launcher;

import org.jspecify.annotations.NullMarked;
