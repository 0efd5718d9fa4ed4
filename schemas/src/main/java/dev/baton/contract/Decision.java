package dev.baton.contract;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What the coordinator decided. A decision is a fact: it is named by its cause (offset in {@code baton.fleet}, index)
 * and
 * must always fold.
 */
public sealed interface Decision {

    /** A declaration was accepted; {@code origin} is its offset in {@code baton.declarations}. */
    record DeclarationAccepted(long origin) implements Decision {}

    /** A declaration was refused; what was declared before stays in force. */
    record DeclarationRefused(long origin, String subject, RefusalReason reason, String detail) implements Decision {}

    /** A line of an accepted declaration was refused; what it is about stays as it was. */
    record LineRefused(long origin, String subject, RefusalReason reason, String detail) implements Decision {}

    /** A node got its tunnel addresses, MAC and mark. */
    record TunnelAllocated(NodeId node, MacAddress mac, IpAddress ipv4, IpAddress ipv6, Mark mark)
            implements Decision {}

    /** A removed node's tunnel was released. */
    record TunnelReleased(NodeId node) implements Decision {}

    /** The phase that viewers see changed. */
    record TunnelPhaseDecided(
            NodeId node,
            Incarnation incarnation,
            TunnelPhase phase,
            PhaseReason reason,
            DatapathFault fault,
            Duration silence)
            implements Decision {}

    /** A policy got its EIP. */
    record PolicyBound(PolicyId policy, GatewayId gateway, Eip eip, AllocationReason reason) implements Decision {}

    /** A policy has no EIP, for now. */
    record PolicyUnbound(PolicyId policy, UnboundReason reason) implements Decision {}

    /** A policy is gone. */
    record PolicyForgotten(PolicyId policy) implements Decision {}

    /** An EIP was used by a policy for the first time: it got a mark. */
    record EipAllocated(Eip eip, GatewayId gateway, Mark mark) implements Decision {}

    /** The last policy that used this EIP is gone. */
    record EipFreed(Eip eip, GatewayId gateway, Epoch epoch) implements Decision {}

    /** An EIP's assignment took a step. Candidates are listed where placement chose. */
    record EipAssigned(Assignment assignment, Optional<NodeId> from, List<Candidate> candidates) implements Decision {
        public EipAssigned {
            candidates = List.copyOf(candidates);
        }
    }

    /** Placement's view of one node; load = EIPs that it holds or is about to hold. */
    record Candidate(NodeId node, Verdict verdict, int load) {}

    /**
     * A node is no candidate for this EIP for a while.
     *
     * @param owner of the EIP's address, if another machine answered for it
     */
    record NodeQuarantined(NodeId node, Eip eip, DatapathFault fault, Optional<MacAddress> owner) implements Decision {}

    /** Moves of this gateway wait. */
    record FailoverHeld(GatewayId gateway, int silent, int selected) implements Decision {}

    /** Moves of this gateway go on. */
    record FailoverResumed(GatewayId gateway, int silent, int selected) implements Decision {}

    /** Operators are alerted. */
    record AlertRaised(AlertCode code, String subject) implements Decision {}

    /** Where a policy's EIP came from. */
    enum AllocationReason {
        NAMED,
        GATEWAY_DEFAULT,
        FREE_OF_POOL,
        NODE_ADDRESS,
        /** EgressGateway had bound the policy to it when the fleet took it over. */
        ADOPTED
    }

    /** Why a policy has no EIP. */
    enum UnboundReason {
        /** Reserved: a policy without a gateway is refused, so nothing gives this reason. */
        NO_GATEWAY,
        POOL_EXHAUSTED
    }

    /** The alerts for operators. */
    enum AlertCode {
        /** No eligible node is left: traffic of the EIP's policies is dropped. */
        EIP_WITHOUT_HOLDER,
        /** A planned move does not go on: the holder does not let go. */
        RELEASE_OVERDUE,
        /** Every candidate failed; starting again after a pause. */
        ALL_CANDIDATES_FAILED,
        /** Moves of a gateway wait: too many nodes silent at once. */
        FAILOVER_HELD,
        /** A pool has no free address for a policy. */
        POOL_EXHAUSTED,
        /** A pool has addresses that the cluster itself uses: no more of them are given to policies. */
        POOL_OVERLAPS_CLUSTER,
        /**
         * Records of a log were passed over that nobody can read. No decision: said by the coordinator that met them.
         */
        RECORDS_PASSED_OVER,
        /** Another machine has an EIP's address: nobody holds the EIP. */
        ADDRESS_IN_USE,
        /** At least one node has lost the path through this node's tunnel. */
        PATH_LOST,
        /** Most nodes that probe it have lost the path through this node's tunnel: its EIPs move to others. */
        NODE_UNREACHABLE,
        /** Another machine says that it has an EIP's address, while a node holds the EIP. */
        ADDRESS_CLAIMED
    }
}
