package dev.baton.contract.mesh;

/** What the log of a mesh holds, in the one order that decisions follow from. */
public sealed interface MeshEvent
        permits MeshEvent.EndpointHealthChanged,
                MeshEvent.DestinationDeclared,
                MeshEvent.DestinationRemoved,
                MeshEvent.MemberDeclared,
                MeshEvent.MemberRemoved,
                MeshEvent.CallerDeclared,
                MeshEvent.CallerRemoved,
                MeshEvent.FailBackRequested,
                Ticked {
    /** What observers agree on has changed. */
    record EndpointHealthChanged(EndpointAddress endpoint, HealthVerdict verdict) implements MeshEvent {}

    record DestinationDeclared(Destination destination, ReturnRules rules) implements MeshEvent {}

    record DestinationRemoved(DestinationId destination) implements MeshEvent {}

    record MemberDeclared(Member member) implements MeshEvent {}

    record MemberRemoved(MemberId member) implements MeshEvent {}

    /** Proxies that are there, or will be: routes are made for them. */
    record CallerDeclared(Caller caller) implements MeshEvent {}

    record CallerRemoved(Caller caller) implements MeshEvent {}

    /** An operator lets an endpoint back that waits for his word. */
    record FailBackRequested(DestinationId destination, EndpointAddress endpoint) implements MeshEvent {}
}
