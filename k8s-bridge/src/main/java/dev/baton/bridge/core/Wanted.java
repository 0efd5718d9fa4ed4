package dev.baton.bridge.core;

import dev.baton.contract.Declaration;
import dev.baton.contract.FleetSnapshot;
import dev.baton.contract.FleetSnapshot.FleetGateway;
import dev.baton.contract.FleetSnapshot.FleetNode;
import dev.baton.contract.FleetSnapshot.FleetPolicy;
import dev.baton.contract.GatewayDeclared;
import dev.baton.contract.GatewayId;
import dev.baton.contract.GatewayRemoved;
import dev.baton.contract.NodeDeclared;
import dev.baton.contract.NodeId;
import dev.baton.contract.NodeRemoved;
import dev.baton.contract.PolicyDeclared;
import dev.baton.contract.PolicyId;
import dev.baton.contract.PolicyRemoved;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that Kubernetes wants of the fleet, as declarations. Compared as a whole with what the coordinator has accepted,
 * so that nothing depends on having seen each single change.
 */
public final class Wanted {
    private final Map<GatewayId, GatewayDeclared> gateways = new HashMap<>();
    private final Map<PolicyId, PolicyDeclared> policies = new HashMap<>();
    private final Map<NodeId, NodeDeclared> nodes = new HashMap<>();

    public void want(GatewayDeclared gateway) {
        gateways.put(gateway.gateway(), gateway);
    }

    public void want(PolicyDeclared policy) {
        policies.put(policy.policy(), policy);
    }

    public void want(NodeDeclared node) {
        nodes.put(node.node(), node);
    }

    public void drop(GatewayId gateway) {
        gateways.remove(gateway);
    }

    public void drop(PolicyId policy) {
        policies.remove(policy);
    }

    public void drop(NodeId node) {
        nodes.remove(node);
    }

    public Optional<PolicyDeclared> policy(PolicyId policy) {
        return Optional.ofNullable(policies.get(policy));
    }

    /**
     * What has to be said for the coordinator to want the same. What others refer to comes before them; a gateway that
     * gives up being the default comes before the one that becomes it.
     */
    public List<Declaration> missingIn(FleetSnapshot accepted) {
        var missing = new ArrayList<Declaration>();
        var knownGateways = new HashMap<GatewayId, GatewayDeclared>();
        for (FleetGateway gateway : accepted.gateways()) {
            knownGateways.put(gateway.spec().gateway(), gateway.spec());
        }
        var knownPolicies = new HashMap<PolicyId, PolicyDeclared>();
        for (FleetPolicy policy : accepted.policies()) {
            knownPolicies.put(policy.spec().policy(), policy.spec());
        }
        var knownNodes = new HashMap<NodeId, FleetNode>();
        for (FleetNode node : accepted.nodes()) {
            if (node.declared()) {
                knownNodes.put(node.node(), node);
            }
        }
        knownPolicies.keySet().stream()
                .filter(policy -> !policies.containsKey(policy))
                .sorted()
                .map(PolicyRemoved::new)
                .forEach(missing::add);
        gateways.values().stream()
                .filter(gateway -> !isSame(gateway, knownGateways.get(gateway.gateway())))
                .sorted(Comparator.comparing(GatewayDeclared::clusterDefault)
                        .thenComparing(gateway -> gateway.gateway().value()))
                .forEach(missing::add);
        nodes.values().stream()
                .filter(node -> !isSame(node, knownNodes.get(node.node())))
                .sorted(Comparator.comparing(node -> node.node().value()))
                .forEach(missing::add);
        policies.values().stream()
                .filter(policy -> !policy.equals(knownPolicies.get(policy.policy())))
                .sorted(Comparator.comparing(PolicyDeclared::policy))
                .forEach(missing::add);
        knownGateways.keySet().stream()
                .filter(gateway -> !gateways.containsKey(gateway))
                .sorted(Comparator.comparing(GatewayId::value))
                .map(GatewayRemoved::new)
                .forEach(missing::add);
        knownNodes.keySet().stream()
                .filter(node -> !nodes.containsKey(node))
                .sorted(Comparator.comparing(NodeId::value))
                .map(NodeRemoved::new)
                .forEach(missing::add);
        return missing;
    }

    /** The coordinator fills in default EIPs that a gateway leaves open. */
    private static boolean isSame(GatewayDeclared wanted, @org.jspecify.annotations.Nullable GatewayDeclared known) {
        return known != null
                && wanted.equals(new GatewayDeclared(
                        known.gateway(),
                        known.clusterDefault(),
                        known.ipv4Pool(),
                        known.ipv6Pool(),
                        wanted.ipv4Default().isEmpty() ? Optional.empty() : known.ipv4Default(),
                        wanted.ipv6Default().isEmpty() ? Optional.empty() : known.ipv6Default(),
                        known.nodeSelector()));
    }

    private static boolean isSame(NodeDeclared wanted, @org.jspecify.annotations.Nullable FleetNode known) {
        return known != null
                && wanted.equals(
                        new NodeDeclared(known.node(), known.labels(), known.kubernetesReady(), known.cordoned()));
    }
}
