/** What the commands share, against a real broker. */
@NullMarked
package dev.baton.launcher.cli;

import org.jspecify.annotations.NullMarked;
