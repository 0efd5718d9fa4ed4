package dev.baton.failover.core;

import dev.baton.contract.FleetSnapshot.FleetGateway;
import dev.baton.contract.FleetSnapshot.FleetNode;
import dev.baton.contract.GatewayId;
import dev.baton.contract.NodeId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** The nodes that each gateway selects, by name. Found once for all EIPs that need a node. */
final class SelectedNodes {
    private final TreeMap<GatewayId, List<FleetNode>> found = new TreeMap<>(Comparator.comparing(GatewayId::value));
    private final TreeMap<GatewayId, Boolean> acting = new TreeMap<>(Comparator.comparing(GatewayId::value));

    List<FleetNode> of(GatewayId gateway, FleetState state) {
        return found.computeIfAbsent(gateway, id -> select(id, state));
    }

    /** Whether the agent of one of them programs its node, as far as it said when it was heard last. */
    boolean anyActs(GatewayId gateway, FleetState state) {
        return acting.computeIfAbsent(gateway, id -> of(id, state).stream().anyMatch(FleetNode::acts));
    }

    /** A node or a gateway changed. */
    void forget() {
        found.clear();
        acting.clear();
    }

    private static List<FleetNode> select(GatewayId gateway, FleetState state) {
        var nodes = new ArrayList<FleetNode>();
        Optional<FleetGateway> known = state.gateways().get(gateway);
        if (known.isPresent()) {
            for (Table.Entry<NodeId, FleetNode> node : state.nodes()) {
                if (Placement.isSelected(known.get(), node.value())) {
                    nodes.add(node.value());
                }
            }
        }
        return nodes;
    }
}
