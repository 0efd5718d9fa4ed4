/**
 * What a coordinator does with its folds besides folding: it restores them, takes entry after entry, ticks, takes
 * snapshots and publishes. Everything that is to be written comes out as a value, so that Kafka Streams and the
 * simulator run the same code. Reads no clock, no log and no random source by itself.
 */
@NullMarked
package dev.baton.failover.runner;

import org.jspecify.annotations.NullMarked;
