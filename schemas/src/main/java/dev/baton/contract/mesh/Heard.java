package dev.baton.contract.mesh;

import java.time.Duration;

/**
 * The last report of an observer on an endpoint.
 *
 * @param at log time when it was read
 */
public record Heard(HealthReport report, Duration at) {}
