package dev.baton.failover.core;

import dev.baton.contract.Decision;
import java.util.List;
import java.util.Optional;

/**
 * The result of folding one entry of the fleet log.
 *
 * @param decisions in order; their index in this list is part of their name
 * @param ignored why the observation changed nothing, if so
 */
public record Outcome(FleetState state, List<Decision> decisions, Optional<Ignored> ignored) {
    public Outcome {
        decisions = List.copyOf(decisions);
    }
}
