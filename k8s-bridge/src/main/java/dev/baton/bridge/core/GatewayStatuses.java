package dev.baton.bridge.core;

import dev.baton.bridge.api.EgressGateway;
import dev.baton.bridge.api.EgressGateway.GatewayNode;
import dev.baton.bridge.api.EgressGateway.IpUsage;
import dev.baton.bridge.api.EgressGateway.NodeEip;
import dev.baton.bridge.api.EgressGateway.PolicyRef;
import dev.baton.contract.Decision.AlertCode;
import dev.baton.contract.Decision.DeclarationRefused;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.FleetSnapshot.FleetGateway;
import dev.baton.contract.FleetSnapshot.FleetNode;
import dev.baton.contract.GatewayId;
import dev.baton.contract.Holder;
import dev.baton.contract.IpAddress;
import dev.baton.contract.NodeId;
import dev.baton.contract.Pool;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A gateway's nodes with the EIPs that each holds and the policies that use them, and how full its pools are. */
public final class GatewayStatuses {
    private static final BigInteger MOST = BigInteger.valueOf(Integer.MAX_VALUE);

    private GatewayStatuses() {}

    public static EgressGateway.Status of(
            GatewayId gateway,
            long generation,
            Standing standing,
            Optional<String> malformed,
            Optional<DeclarationRefused> refusal,
            EgressGateway.Status existing,
            Instant now) {
        Optional<FleetGateway> known = standing.gateway(gateway);
        var verdicts =
                new Verdicts(generation, existing.conditions(), now).accepted(malformed, refusal, known.isPresent());
        if (known.isEmpty()) {
            return new EgressGateway.Status(List.of(), new IpUsage(0, 0, 0, 0), verdicts.conditions());
        }
        List<FleetEip> eips = standing.eipsOf(gateway);
        Optional<AlertCode> alert = alert(known.get(), eips);
        verdicts.degraded(alert, alert.map(PolicyStatuses::explained).orElse(""));
        return new EgressGateway.Status(
                nodes(known.get(), eips, standing), usage(known.get(), eips), verdicts.conditions());
    }

    private static Optional<AlertCode> alert(FleetGateway gateway, List<FleetEip> eips) {
        if (gateway.held()) {
            return Optional.of(AlertCode.FAILOVER_HELD);
        }
        boolean waits = eips.stream().anyMatch(eip -> eip.assignment().holder().isEmpty());
        return waits ? Optional.of(AlertCode.EIP_WITHOUT_HOLDER) : Optional.empty();
    }

    /** The nodes that it selects, and any that still holds an EIP of it. */
    private static List<GatewayNode> nodes(FleetGateway gateway, List<FleetEip> eips, Standing standing) {
        Map<NodeId, List<NodeEip>> held = new HashMap<>();
        for (FleetEip eip : eips) {
            eip.assignment()
                    .holder()
                    .map(Holder::node)
                    .ifPresent(node ->
                            held.computeIfAbsent(node, _ -> new ArrayList<>()).add(nodeEip(eip, standing)));
        }
        var nodes = new ArrayList<GatewayNode>();
        for (FleetNode node : standing.nodes()) {
            boolean selected = node.declared() && gateway.spec().nodeSelector().matches(node.labels());
            List<NodeEip> its = held.getOrDefault(node.node(), List.of());
            if (selected || !its.isEmpty()) {
                nodes.add(new GatewayNode(node.node().toString(), node.shown().text(), its));
            }
        }
        return nodes;
    }

    private static NodeEip nodeEip(FleetEip eip, Standing standing) {
        var id = eip.assignment().eip();
        return new NodeEip(
                id.ipv4().map(IpAddress::toString).orElse(""),
                id.ipv6().map(IpAddress::toString).orElse(""),
                standing.policiesOf(id).stream()
                        .map(policy -> new PolicyRef(policy.name(), policy.namespace()))
                        .toList());
    }

    /** An EIP counts as used for as long as it is allocated, whether or not a node holds it. */
    private static IpUsage usage(FleetGateway gateway, List<FleetEip> eips) {
        long ipv4 = eips.stream()
                .filter(eip -> eip.assignment().eip().ipv4().isPresent())
                .count();
        long ipv6 = eips.stream()
                .filter(eip -> eip.assignment().eip().ipv6().isPresent())
                .count();
        Pool pool4 = gateway.spec().ipv4Pool();
        Pool pool6 = gateway.spec().ipv6Pool();
        return new IpUsage(count(pool4, 0), count(pool4, ipv4), count(pool6, 0), count(pool6, ipv6));
    }

    /** The fields are 32 bits wide; an IPv6 pool may be larger than that can say. */
    private static int count(Pool pool, long used) {
        BigInteger left = pool.size().subtract(BigInteger.valueOf(used));
        return left.max(BigInteger.ZERO).min(MOST).intValue();
    }
}
