/**
 * The coordinator: the two folds of {@code core}, run by the Kafka Streams shell of {@code topology}; {@code replay}
 * folds recorded logs again, offline, and explains decisions.
 */
@NullMarked
package dev.baton.failover;

import org.jspecify.annotations.NullMarked;
