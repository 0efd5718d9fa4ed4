package dev.baton.agent.core;

import java.util.List;

/** The state after an input, and what must be done now, in this order. */
public record Step(AgentState state, List<Effect> effects) {
    public Step {
        effects = List.copyOf(effects);
    }

    static Step of(AgentState state, Effect... effects) {
        return new Step(state, List.of(effects));
    }
}
