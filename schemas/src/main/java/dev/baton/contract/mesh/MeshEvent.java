package dev.baton.contract.mesh;

/** What the log of a mesh holds, in the one order that decisions follow from. */
public sealed interface MeshEvent permits MeshDeclaration, MeshEvent.EndpointHealthChanged, ProxyReport, Ticked {
    /** What observers agree on has changed. */
    record EndpointHealthChanged(EndpointAddress endpoint, HealthVerdict verdict) implements MeshEvent {}
}
