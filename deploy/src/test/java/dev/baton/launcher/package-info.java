/** Tests of what the commands share. */
@NullMarked
package dev.baton.launcher;

import org.jspecify.annotations.NullMarked;
