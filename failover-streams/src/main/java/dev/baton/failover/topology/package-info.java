/**
 * The Kafka Streams shell around the folds: reads a log, folds, forwards what the fold returned. If a line here knows
 * what a node is, it belongs in the core.
 *
 * <p>Three tasks a partition, joined only by topics: {@code intake} (declarations), {@code liveness} (heartbeats),
 * {@code coordination} (the fleet log). State is in memory and nothing but the fold of the log: {@link
 * dev.baton.failover.topology.History} gives it back after a start. Processing is at-least-once: a decision is named by
 * its cause, so a repeated one is the same one.
 */
@NullMarked
package dev.baton.failover.topology;

import org.jspecify.annotations.NullMarked;
