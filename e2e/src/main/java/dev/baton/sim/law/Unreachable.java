package dev.baton.sim.law;

import dev.baton.contract.FleetSnapshot.FleetNode;
import dev.baton.contract.NodeId;
import dev.baton.contract.ObservedPath;
import dev.baton.contract.ParentInterface;
import dev.baton.contract.Rules;
import dev.baton.contract.TunnelPhase;
import dev.baton.failover.core.FleetState;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The nodes that the fleet should take for unreachable, counted from nothing: two of those that probe the path to such
 * a node, and more than half of them, have lost it; and they are no more than a third of the probed nodes.
 */
final class Unreachable {
    private Unreachable() {}

    static Set<NodeId> of(FleetState state) {
        if (!state.rules().include(Rules.PATHS)) {
            return Set.of();
        }
        List<FleetNode> observers = state.nodes().values().stream()
                .filter(node -> node.declared() && node.live() == TunnelPhase.READY)
                .toList();
        Set<NodeId> probed = observers.stream()
                .flatMap(node -> paths(node).stream().map(ObservedPath::target))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<NodeId> lost = probed.stream()
                .filter(target -> isLost(target, observers))
                .collect(Collectors.toCollection(TreeSet::new));
        return lost.size() * 3 > probed.size() ? Set.of() : lost;
    }

    private static boolean isLost(NodeId target, List<FleetNode> observers) {
        long all = observers.stream()
                .filter(node -> paths(node).stream().anyMatch(path -> isOf(path, target)))
                .count();
        long lost = observers.stream()
                .filter(node -> paths(node).stream().anyMatch(path -> isOf(path, target) && path.lost()))
                .count();
        return lost >= 2 && 2 * lost > all;
    }

    private static boolean isOf(ObservedPath path, NodeId target) {
        return path.target().equals(target);
    }

    private static List<ObservedPath> paths(FleetNode node) {
        return node.parent().map(ParentInterface::paths).orElse(List.of());
    }
}
