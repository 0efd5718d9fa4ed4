package dev.baton.heartbeat.core;

import dev.baton.contract.Heartbeat;

/**
 * A heartbeat and what its acknowledgement will be worth.
 *
 * @param sentNanos read before it was sent: what the log counts begins later
 * @param under the terms that it states
 */
public record SentHeartbeat(Heartbeat heartbeat, long sentNanos, LeaseTerms under) {}
