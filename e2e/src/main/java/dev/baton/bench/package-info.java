/** Figures, not tests: each command prints its numbers with the machine and the settings that gave them. */
@NullMarked
package dev.baton.bench;

import org.jspecify.annotations.NullMarked;
