package dev.baton.bridge.report;

import dev.baton.bridge.api.EgressTunnel;
import dev.baton.bridge.state.FleetView;
import dev.baton.contract.FleetSnapshot.FleetNode;
import dev.baton.contract.FleetSnapshot.TunnelAddress;
import dev.baton.contract.NodeId;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Each node's tunnel: phase, mark and address that its status says, and those that the coordinator has given. */
public final class TunnelRows {
    private TunnelRows() {}

    /** @param nodes of the cluster; each has a tunnel or would get one */
    public static List<Row> of(Collection<NodeId> nodes, Map<NodeId, EgressTunnel> tunnels, FleetView standing) {
        var all = new TreeSet<NodeId>(Comparator.comparing(NodeId::toString));
        all.addAll(nodes);
        all.addAll(tunnels.keySet());
        return all.stream()
                .map(node -> row(node, Optional.ofNullable(tunnels.get(node)), standing.node(node)))
                .toList();
    }

    /** Only the phases are compared: marks and addresses are drawn, and differ until they are taken over. */
    private static Row row(NodeId node, Optional<EgressTunnel> tunnel, Optional<FleetNode> known) {
        Optional<EgressTunnel.Status> status = tunnel.map(EgressTunnel::getStatus);
        String now = status.map(EgressTunnel.Status::phase).orElse("");
        String baton = known.filter(FleetNode::declared)
                .map(FleetNode::shown)
                .map(phase -> phase.text())
                .orElse("");
        Optional<TunnelAddress> given = known.flatMap(FleetNode::tunnel);
        return Row.of(
                now.equals(baton),
                "node",
                node.toString(),
                "now",
                now,
                "baton",
                baton,
                "mark_now",
                status.map(EgressTunnel.Status::mark).orElse(""),
                "mark_baton",
                given.map(address -> address.mark().toString()).orElse(""),
                "ipv4_now",
                status.map(shown -> shown.tunnel().ipv4()).orElse(""),
                "ipv4_baton",
                given.map(address -> address.ipv4().toString()).orElse(""));
    }
}
