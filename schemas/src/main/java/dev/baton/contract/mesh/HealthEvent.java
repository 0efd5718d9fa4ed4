package dev.baton.contract.mesh;

/** What the log of a mesh's observers holds. */
public sealed interface HealthEvent
        permits HealthReport, HealthEvent.ObserverGone, ProxyReport, HealthRulesDeclared, Ticked {
    /** An observer has ended and will say nothing more: what it has said no longer counts. */
    record ObserverGone(ObserverId observer) implements HealthEvent {}
}
