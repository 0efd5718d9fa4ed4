/** Writes to the API server: at a limited rate, the most urgent first, with back-off after refusals. */
@NullMarked
package dev.baton.bridge.write;

import org.jspecify.annotations.NullMarked;
