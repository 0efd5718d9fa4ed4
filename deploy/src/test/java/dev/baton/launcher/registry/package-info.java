/** Schema ids from a registry: tests against a real one, skipped where Maven was not asked to fetch it, and without. */
@NullMarked
package dev.baton.launcher.registry;

import org.jspecify.annotations.NullMarked;
