/**
 * The coordinator: the two folds of {@code core}, run by the Kafka Streams shell of {@code topology}; {@code replay}
 * folds recorded logs again, offline, and explains decisions.
 *
 * <p>Of destinations there are the rules, which no log feeds yet: {@code health} is what observers of endpoints agree
 * on, {@code routing} is what is done about it.
 */
@NullMarked
package dev.baton.failover;

import org.jspecify.annotations.NullMarked;
