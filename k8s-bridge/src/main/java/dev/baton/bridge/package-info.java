/**
 * Between Kubernetes and the logs.
 *
 * <p>{@code api} holds the custom resources, {@code core} the pure mappings. Must not import another process; what it
 * learns it publishes, what it shows it reads from the compacted logs.
 */
@NullMarked
package dev.baton.bridge;

import org.jspecify.annotations.NullMarked;
