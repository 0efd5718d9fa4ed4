package dev.baton.contract;

import java.util.List;
import java.util.Optional;

/**
 * The EIPs of a gateway as EgressGateway's statuses showed them: each line that contradicts nothing is taken over, so
 * that nobody outside sees a change.
 */
public record EipsAdopted(GatewayId gateway, List<AdoptedEip> eips) implements Declaration {
    public EipsAdopted {
        eips = List.copyOf(eips);
    }

    /**
     * @param node that held it; empty: none did
     * @param policies that used it; empty: nobody does any more, and nothing follows from the line
     */
    public record AdoptedEip(Eip eip, Optional<NodeId> node, List<PolicyId> policies) {
        public AdoptedEip {
            policies = List.copyOf(policies);
        }
    }
}
