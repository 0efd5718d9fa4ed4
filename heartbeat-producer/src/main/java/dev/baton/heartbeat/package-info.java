/**
 * Says that this node lives, and keeps the lease that Kafka's acknowledgements grant.
 *
 * <p>{@code core} holds the pure parts: when to send, which sequence, until when the lease runs. Here: the thread that
 * sends, the run directory that outlives a restart. Must not import the datapath or the coordinator; the process that
 * holds both joins them.
 */
@NullMarked
package dev.baton.heartbeat;

import org.jspecify.annotations.NullMarked;
