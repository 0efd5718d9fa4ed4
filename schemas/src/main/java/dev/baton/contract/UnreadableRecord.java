package dev.baton.contract;

import java.time.Duration;
import java.util.Optional;

/**
 * A record about this node, by its key, that this release cannot read: its agent may be of a newer one. Kafka has
 * acknowledged it, so it may have renewed the node's lease.
 *
 * @param lease how long the lease may last from then on, as every heartbeat says to every release; empty: it is no
 *     heartbeat
 */
public record UnreadableRecord(NodeId node, Optional<Duration> lease) implements LivenessEvent, NeverWritten {}
