package dev.baton.failover.routing;

import dev.baton.contract.mesh.Destination;
import dev.baton.contract.mesh.FailoverPolicy;
import dev.baton.contract.mesh.FailoverPolicyId;
import dev.baton.contract.mesh.PolicyTarget;
import dev.baton.contract.mesh.ReturnRules;
import java.util.Comparator;
import java.util.Optional;
import java.util.SortedMap;

/** Finds the policy of a destination. */
final class Policies {
    private static final String DESTINATION = "destination/";
    private static final String GATEWAY = "gateway/";

    private Policies() {}

    /** The one that is attached to less counts, and then the one whose name comes first. */
    static Optional<FailoverPolicy> of(Destination destination, SortedMap<FailoverPolicyId, FailoverPolicy> policies) {
        return policies.values().stream()
                .filter(policy -> rank(policy, destination).isPresent())
                .min(Comparator.comparingInt((FailoverPolicy policy) ->
                                rank(policy, destination).orElseThrow())
                        .thenComparing(FailoverPolicy::id));
    }

    static ReturnRules rulesOf(Optional<FailoverPolicy> policy) {
        return policy.map(FailoverPolicy::rules).orElse(ReturnRules.DEFAULT);
    }

    /** Empty: it is not attached to it. */
    private static Optional<Integer> rank(FailoverPolicy policy, Destination destination) {
        var own = new PolicyTarget(DESTINATION + destination.id());
        return policy.targets().stream()
                .filter(target -> target.equals(own) || destination.attachedTo().contains(target))
                .map(Policies::rank)
                .min(Comparator.naturalOrder());
    }

    private static int rank(PolicyTarget target) {
        if (target.value().startsWith(DESTINATION)) {
            return 0;
        }
        return target.value().startsWith(GATEWAY) ? 2 : 1;
    }
}
