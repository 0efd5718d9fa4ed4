package dev.baton.bridge.status;

import dev.baton.bridge.api.EgressGateway;
import dev.baton.bridge.api.EgressGateway.GatewayNode;
import dev.baton.bridge.api.EgressGateway.IpUsage;
import dev.baton.bridge.api.EgressGateway.NodeEip;
import dev.baton.bridge.api.EgressGateway.PolicyRef;
import dev.baton.bridge.state.FleetView;
import dev.baton.contract.Assignment;
import dev.baton.contract.Decision.AlertCode;
import dev.baton.contract.Decision.DeclarationRefused;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.FleetSnapshot.FleetGateway;
import dev.baton.contract.FleetSnapshot.FleetNode;
import dev.baton.contract.GatewayId;
import dev.baton.contract.Holder;
import dev.baton.contract.IpAddress;
import dev.baton.contract.NodeId;
import dev.baton.contract.PolicyId;
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

    /**
     * The inputs that determine a gateway's status: equal inputs give the same status.
     *
     * @param eips of the gateway, by their addresses
     * @param users of each of them, the policies
     * @param nodes of the fleet, by name
     */
    public record Basis(
            long generation,
            Optional<FleetGateway> gateway,
            List<FleetEip> eips,
            List<List<PolicyId>> users,
            List<FleetNode> nodes,
            Optional<String> malformed,
            Optional<DeclarationRefused> refusal,
            EgressGateway.Status existing) {}

    public static Basis basis(
            GatewayId gateway,
            long generation,
            FleetView standing,
            Optional<String> malformed,
            Optional<DeclarationRefused> refusal,
            EgressGateway.Status existing) {
        List<FleetEip> eips = standing.eipsOf(gateway);
        return new Basis(
                generation,
                standing.gateway(gateway),
                eips,
                eips.stream()
                        .map(eip -> standing.policiesOf(eip.assignment().eip()))
                        .toList(),
                standing.nodes(),
                malformed,
                refusal,
                existing);
    }

    /** @param now the transition time of conditions that change */
    public static EgressGateway.Status of(Basis basis, Instant now) {
        var verdicts = new Conditions(basis.generation(), basis.existing().conditions(), now)
                .accepted(basis.malformed(), basis.refusal(), basis.gateway().isPresent());
        if (basis.gateway().isEmpty()) {
            return new EgressGateway.Status(List.of(), new IpUsage(0, 0, 0, 0), verdicts.conditions());
        }
        FleetGateway gateway = basis.gateway().get();
        Optional<AlertCode> alert = alert(gateway, basis.eips());
        verdicts.degraded(alert, alert.map(PolicyStatuses::explained).orElse(""));
        return new EgressGateway.Status(nodes(gateway, basis), usage(gateway, basis.eips()), verdicts.conditions());
    }

    private static Optional<AlertCode> alert(FleetGateway gateway, List<FleetEip> eips) {
        if (gateway.held()) {
            return Optional.of(AlertCode.FAILOVER_HELD);
        }
        boolean waits = eips.stream().anyMatch(eip -> eip.assignment().holder().isEmpty());
        return waits ? Optional.of(AlertCode.EIP_WITHOUT_HOLDER) : Optional.empty();
    }

    /** The nodes that the gateway selects, and any other that still holds one of its EIPs. */
    private static List<GatewayNode> nodes(FleetGateway gateway, Basis basis) {
        Map<NodeId, List<NodeEip>> held = new HashMap<>();
        for (int i = 0; i < basis.eips().size(); i++) {
            Assignment eip = basis.eips().get(i).assignment();
            NodeEip shown = nodeEip(eip, basis.users().get(i));
            eip.holder()
                    .map(Holder::node)
                    .ifPresent(node ->
                            held.computeIfAbsent(node, _ -> new ArrayList<>()).add(shown));
        }
        var nodes = new ArrayList<GatewayNode>();
        for (FleetNode node : basis.nodes()) {
            boolean selected = node.declared() && gateway.spec().nodeSelector().matches(node.labels());
            List<NodeEip> its = held.getOrDefault(node.node(), List.of());
            if (selected || !its.isEmpty()) {
                nodes.add(new GatewayNode(node.node().toString(), node.shown().text(), its));
            }
        }
        return nodes;
    }

    private static NodeEip nodeEip(Assignment eip, List<PolicyId> users) {
        return new NodeEip(
                eip.eip().ipv4().map(IpAddress::toString).orElse(""),
                eip.eip().ipv6().map(IpAddress::toString).orElse(""),
                users.stream()
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

    /** The fields have 32 bits; an IPv6 pool may have more addresses than that. */
    private static int count(Pool pool, long used) {
        BigInteger left = pool.size().subtract(BigInteger.valueOf(used));
        return left.max(BigInteger.ZERO).min(MOST).intValue();
    }
}
