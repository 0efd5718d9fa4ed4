package dev.baton.failover.core;

import dev.baton.contract.Excerpt;
import dev.baton.contract.TunnelPhaseChanged;
import java.util.List;

/** Decides again what an excerpt is about. */
public final class Excerpts {
    private Excerpts() {}

    /** The changes of phase that follow from what the excerpt says, in the order in which the fold says them. */
    public static List<TunnelPhaseChanged> changes(Excerpt excerpt) {
        Excerpt.HeartbeatsEntry entry = excerpt.entry();
        return changes(
                Liveness.step(LivenessState.of(excerpt.before()), entry.offset(), entry.appendedAt(), entry.event()));
    }

    /** Those among all events of a step: what else it says may follow from nodes that no excerpt is about. */
    public static List<TunnelPhaseChanged> changes(Liveness.Outcome outcome) {
        return outcome.events().stream()
                .filter(TunnelPhaseChanged.class::isInstance)
                .map(TunnelPhaseChanged.class::cast)
                .toList();
    }
}
