/** Tests against a real registry; skipped without one. */
@NullMarked
package dev.baton.launcher.registry;

import org.jspecify.annotations.NullMarked;
