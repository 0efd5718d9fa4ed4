package dev.baton.bridge.state;

import dev.baton.contract.ClusterNetworksDeclared;
import dev.baton.contract.Declaration;
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
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The fleet as Kubernetes wants it, as declarations. Compared as a whole with what the coordinator has accepted,
 * so that nothing depends on having seen each single change.
 */
public final class Wanted {
    private final Map<GatewayId, GatewayDeclared> gateways = new HashMap<>();
    private final Map<PolicyId, PolicyDeclared> policies = new HashMap<>();
    private final Map<NodeId, NodeDeclared> nodes = new HashMap<>();

    private Optional<ClusterNetworksDeclared> networks = Optional.empty();

    /** Pairs already found equal to the accepted form; by identity, so that the comparison is free next time. */
    private final Map<Object, Object> agreed = new IdentityHashMap<>();

    public void want(GatewayDeclared gateway) {
        gateways.put(gateway.gateway(), gateway);
    }

    public void want(PolicyDeclared policy) {
        forget(policies.put(policy.policy(), policy));
    }

    public void want(NodeDeclared node) {
        forget(nodes.put(node.node(), node));
    }

    public void want(ClusterNetworksDeclared declared) {
        networks = Optional.of(declared);
    }

    public void drop(GatewayId gateway) {
        gateways.remove(gateway);
    }

    public void drop(PolicyId policy) {
        forget(policies.remove(policy));
    }

    public void drop(NodeId node) {
        forget(nodes.remove(node));
    }

    private void forget(@Nullable Declaration before) {
        if (before != null) {
            agreed.remove(before);
        }
    }

    public boolean has(GatewayId gateway) {
        return gateways.containsKey(gateway);
    }

    public Optional<PolicyDeclared> policy(PolicyId policy) {
        return Optional.ofNullable(policies.get(policy));
    }

    /**
     * The declarations that the coordinator lacks. Objects come after those that they refer to; a gateway that gives
     * up being the default comes before the one that becomes it.
     */
    public List<Declaration> missingIn(FleetView accepted) {
        var missing = new ArrayList<Declaration>();
        accepted.policies().stream()
                .map(policy -> policy.spec().policy())
                .filter(policy -> !policies.containsKey(policy))
                .sorted()
                .map(PolicyRemoved::new)
                .forEach(missing::add);
        networks.filter(known -> !accepted.networks().equals(networks)).ifPresent(missing::add);
        gateways.values().stream()
                .filter(gateway -> !isSame(gateway, accepted.gateway(gateway.gateway())))
                .sorted(Comparator.comparing(GatewayDeclared::clusterDefault)
                        .thenComparing(gateway -> gateway.gateway().value()))
                .forEach(missing::add);
        nodes.values().stream()
                .filter(node -> !isSame(node, accepted.node(node.node())))
                .sorted(Comparator.comparing(node -> node.node().value()))
                .forEach(missing::add);
        policies.values().stream()
                .filter(policy -> !isSame(policy, accepted.policy(policy.policy())))
                .sorted(Comparator.comparing(PolicyDeclared::policy))
                .forEach(missing::add);
        accepted.gateways().stream()
                .map(gateway -> gateway.spec().gateway())
                .filter(gateway -> !gateways.containsKey(gateway))
                .sorted(Comparator.comparing(GatewayId::value))
                .map(GatewayRemoved::new)
                .forEach(missing::add);
        accepted.nodes().stream()
                .filter(FleetNode::declared)
                .map(FleetNode::node)
                .filter(node -> !nodes.containsKey(node))
                .sorted(Comparator.comparing(NodeId::value))
                .map(NodeRemoved::new)
                .forEach(missing::add);
        return missing;
    }

    /** The coordinator fills in default EIPs that a gateway leaves open. */
    private static boolean isSame(GatewayDeclared wanted, Optional<FleetGateway> accepted) {
        return accepted.map(FleetGateway::spec)
                .filter(known -> wanted.equals(new GatewayDeclared(
                        known.gateway(),
                        known.clusterDefault(),
                        known.ipv4Pool(),
                        known.ipv6Pool(),
                        wanted.ipv4Default().isEmpty() ? Optional.empty() : known.ipv4Default(),
                        wanted.ipv6Default().isEmpty() ? Optional.empty() : known.ipv6Default(),
                        known.nodeSelector())))
                .isPresent();
    }

    private boolean isSame(NodeDeclared wanted, Optional<FleetNode> accepted) {
        return accepted.filter(FleetNode::declared)
                .filter(known -> agrees(
                        wanted,
                        known,
                        () -> wanted.ready() == known.kubernetesReady()
                                && wanted.cordoned() == known.cordoned()
                                && wanted.labels().equals(known.labels())))
                .isPresent();
    }

    private boolean isSame(PolicyDeclared wanted, Optional<FleetPolicy> accepted) {
        return accepted.map(FleetPolicy::spec)
                .filter(known -> agrees(wanted, known, () -> wanted.equals(known)))
                .isPresent();
    }

    /** Whether both mean the same. Most of the time the same two were compared before. */
    private boolean agrees(Declaration wanted, Object accepted, BooleanSupplier comparison) {
        if (agreed.get(wanted) == accepted) {
            return true;
        }
        if (!comparison.getAsBoolean()) {
            return false;
        }
        agreed.put(wanted, accepted);
        return true;
    }
}
