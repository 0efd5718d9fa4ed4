package dev.baton.bridge.state;

import dev.baton.contract.Assignment;
import dev.baton.contract.ClusterNetworksDeclared;
import dev.baton.contract.Eip;
import dev.baton.contract.FleetSnapshot;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.FleetSnapshot.FleetGateway;
import dev.baton.contract.FleetSnapshot.FleetNode;
import dev.baton.contract.FleetSnapshot.FleetPolicy;
import dev.baton.contract.GatewayId;
import dev.baton.contract.NodeId;
import dev.baton.contract.PolicyId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The fleet as the coordinator decided it, at one offset, indexed for the statuses. */
public final class FleetView {
    private final Map<NodeId, FleetNode> nodes = new HashMap<>();
    private final List<FleetNode> nodesByName;
    private final Map<GatewayId, FleetGateway> gateways = new HashMap<>();
    private final Map<PolicyId, FleetPolicy> policies = new HashMap<>();
    private final Map<Eip, FleetEip> eips = new HashMap<>();
    private final Map<GatewayId, List<FleetEip>> eipsOf = new HashMap<>();
    private final Map<Eip, List<PolicyId>> policiesOf = new HashMap<>();

    private final Optional<ClusterNetworksDeclared> networks;

    private FleetView(List<FleetNode> nodes, Optional<ClusterNetworksDeclared> networks) {
        this.networks = networks;
        nodesByName = nodes.stream()
                .sorted(Comparator.comparing(node -> node.node().value()))
                .toList();
    }

    public static FleetView of(FleetSnapshot snapshot) {
        var standing = new FleetView(snapshot.nodes(), snapshot.networks());
        snapshot.nodes().forEach(node -> standing.nodes.put(node.node(), node));
        snapshot.gateways()
                .forEach(gateway -> standing.gateways.put(gateway.spec().gateway(), gateway));
        for (FleetEip eip : snapshot.eips()) {
            Assignment assignment = eip.assignment();
            standing.eips.put(assignment.eip(), eip);
            standing.eipsOf
                    .computeIfAbsent(assignment.gateway(), _ -> new ArrayList<>())
                    .add(eip);
        }
        for (FleetPolicy policy : snapshot.policies()) {
            PolicyId id = policy.spec().policy();
            standing.policies.put(id, policy);
            policy.eip()
                    .ifPresent(eip -> standing.policiesOf
                            .computeIfAbsent(eip, _ -> new ArrayList<>())
                            .add(id));
        }
        return standing;
    }

    Optional<ClusterNetworksDeclared> networks() {
        return networks;
    }

    public Optional<FleetNode> node(NodeId node) {
        return Optional.ofNullable(nodes.get(node));
    }

    public boolean has(GatewayId gateway) {
        return gateways.containsKey(gateway);
    }

    public Set<GatewayId> gatewayIds() {
        return Collections.unmodifiableSet(gateways.keySet());
    }

    public Optional<FleetGateway> gateway(GatewayId gateway) {
        return Optional.ofNullable(gateways.get(gateway));
    }

    public Optional<FleetPolicy> policy(PolicyId policy) {
        return Optional.ofNullable(policies.get(policy));
    }

    /** The gateway of the policy. */
    public Optional<GatewayId> gatewayOf(PolicyId policy) {
        return policy(policy).map(FleetPolicy::gateway);
    }

    public Optional<FleetEip> eip(Eip eip) {
        return Optional.ofNullable(eips.get(eip));
    }

    /** The gateway's EIPs by address, the one for the nodes' own addresses first. */
    public List<FleetEip> eipsOf(GatewayId gateway) {
        return eipsOf.getOrDefault(gateway, List.of());
    }

    public List<PolicyId> policiesOf(Eip eip) {
        return policiesOf.getOrDefault(eip, List.of());
    }

    /** All nodes, by name. */
    public List<FleetNode> nodes() {
        return nodesByName;
    }

    Collection<FleetGateway> gateways() {
        return gateways.values();
    }

    Collection<FleetPolicy> policies() {
        return policies.values();
    }
}
