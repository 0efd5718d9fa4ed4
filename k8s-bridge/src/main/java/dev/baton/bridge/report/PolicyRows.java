package dev.baton.bridge.report;

import dev.baton.bridge.api.PolicyStatus;
import dev.baton.bridge.state.FleetView;
import dev.baton.contract.Eip;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.FleetSnapshot.FleetPolicy;
import dev.baton.contract.Holder;
import dev.baton.contract.PolicyId;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** Each policy: the EIP and node that its status says, and those that it would get. */
public final class PolicyRows {
    private PolicyRows() {}

    /** @param refused why Baton takes the policy not as it is; empty if it does */
    public static List<Row> of(
            Map<PolicyId, HasMetadata> policies, FleetView standing, Function<PolicyId, Optional<String>> refused) {
        return new TreeMap<>(policies)
                .entrySet().stream()
                        .map(policy -> row(
                                policy.getKey(),
                                PolicyStatus.of(policy.getValue()),
                                standing,
                                refused.apply(policy.getKey())))
                        .toList();
    }

    private static Row row(PolicyId id, PolicyStatus status, FleetView standing, Optional<String> refused) {
        Optional<Eip> eip = standing.policy(id).flatMap(FleetPolicy::eip);
        String baton = eip.map(EipRows::text).orElse("");
        String at = eip.flatMap(standing::eip)
                .map(FleetEip::assignment)
                .flatMap(assignment -> assignment.holder().map(Holder::node))
                .map(Object::toString)
                .orElse("");
        // No EIP and no node means that it has none; no EIP and a node, that node's own address.
        String ipv4 = status.eip().ipv4();
        String ipv6 = status.eip().ipv6();
        boolean without = ipv4.isEmpty() && ipv6.isEmpty() && status.node().isEmpty();
        String now = without ? "" : EipRows.text(ipv4, ipv6);
        boolean agrees = now.equals(baton) && status.node().equals(at) && refused.isEmpty();
        return Row.of(
                agrees,
                "policy",
                id.toString(),
                "now",
                now,
                "node_now",
                status.node(),
                "baton",
                baton,
                "node_baton",
                at,
                "refused",
                refused.orElse(""));
    }
}
