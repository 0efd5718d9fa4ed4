/**
 * Says that this node lives, and keeps the lease that Kafka's acknowledgements grant.
 *
 * <p>{@code core} holds the pure parts: what a node sends and when, and until when its lease runs. Here: the thread
 * that sends, and the run directory that outlives a restart. Must not import the datapath or the coordinator; the
 * process that holds both joins them.
 */
@NullMarked
package dev.baton.heartbeat;

import org.jspecify.annotations.NullMarked;
