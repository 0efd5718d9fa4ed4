package dev.baton.failover.replay;

import dev.baton.contract.FleetId;
import java.time.Instant;

/**
 * An entry of a log as it was read.
 *
 * @param at its append time
 */
public record LogEntry<T>(long offset, Instant at, FleetId fleet, T value) {}
