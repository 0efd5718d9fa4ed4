package dev.baton.failover.core;

import dev.baton.contract.Decision;
import java.util.List;
import java.util.Optional;

/**
 * What one entry of the fleet log led to.
 *
 * @param decisions in order; their index in this list is part of their name
 * @param ignored why the observation changed nothing, if so
 */
public record Outcome(FleetState state, List<Decision> decisions, Optional<Ignored> ignored) {
    public Outcome {
        decisions = List.copyOf(decisions);
    }
}
