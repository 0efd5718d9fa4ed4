package dev.baton.contract.mesh;

import java.util.Optional;

/** What users and Kubernetes want of a mesh. May be nonsense; then refused by name. */
public sealed interface MeshDeclaration extends MeshEvent
        permits MeshDeclaration.DestinationDeclared,
                MeshDeclaration.DestinationRemoved,
                MeshDeclaration.MemberDeclared,
                MeshDeclaration.MemberRemoved,
                MeshDeclaration.CallerDeclared,
                MeshDeclaration.CallerRemoved,
                MeshDeclaration.FailoverPolicyDeclared,
                MeshDeclaration.FailoverPolicyRemoved,
                MeshDeclaration.FailOverRequested,
                MeshDeclaration.EjectRequested,
                MeshDeclaration.FailBackRequested,
                MeshDeclaration.HoldRequested,
                HealthRulesDeclared {
    record DestinationDeclared(Destination destination) implements MeshDeclaration {}

    record DestinationRemoved(DestinationId destination) implements MeshDeclaration {}

    record MemberDeclared(Member member) implements MeshDeclaration {}

    record MemberRemoved(MemberId member) implements MeshDeclaration {}

    /** Proxies that are there, or will be: routes are made for them. */
    record CallerDeclared(Caller caller) implements MeshDeclaration {}

    record CallerRemoved(Caller caller) implements MeshDeclaration {}

    record FailoverPolicyDeclared(FailoverPolicy policy) implements MeshDeclaration {}

    record FailoverPolicyRemoved(FailoverPolicyId policy) implements MeshDeclaration {}

    /** An operator wants the first level's traffic on the next one, until he says that it may go back. */
    record FailOverRequested(DestinationId destination) implements MeshDeclaration {}

    /** An operator wants no traffic on a member, until he says that it may go back. */
    record EjectRequested(DestinationId destination, MemberId member) implements MeshDeclaration {}

    /**
     * An operator lets back what was taken out by his word, or waits for it.
     *
     * @param endpoint only this one; empty: all of the destination
     */
    record FailBackRequested(DestinationId destination, Optional<EndpointAddress> endpoint)
            implements MeshDeclaration {}

    /** @param hold whether observations eject nothing and let nothing back until this is said again with false */
    record HoldRequested(DestinationId destination, boolean hold) implements MeshDeclaration {}
}
