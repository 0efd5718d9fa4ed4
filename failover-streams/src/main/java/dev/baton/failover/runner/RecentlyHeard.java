package dev.baton.failover.runner;

import dev.baton.contract.Excerpt.HeartbeatsEntry;
import dev.baton.contract.FleetId;
import dev.baton.contract.Heartbeat;
import dev.baton.contract.NodeId;
import dev.baton.contract.NodeLeaving;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What each node said last of itself, for the excerpts that outlive its heartbeats. Used by one thread. */
final class RecentlyHeard {
    private static final int OF_EACH_NODE = 3;

    private final SortedMap<FleetId, SortedMap<NodeId, Deque<HeartbeatsEntry>>> heard = new TreeMap<>();

    void add(FleetId fleet, HeartbeatsEntry entry) {
        switch (entry.event()) {
            case Heartbeat heartbeat -> add(fleet, heartbeat.node(), entry);
            case NodeLeaving leaving -> add(fleet, leaving.node(), entry);
            default -> {} // says nothing of how its node lives
        }
    }

    private void add(FleetId fleet, NodeId node, HeartbeatsEntry entry) {
        Deque<HeartbeatsEntry> ofNode = heard.computeIfAbsent(fleet, unknown -> new TreeMap<>())
                .computeIfAbsent(node, unknown -> new ArrayDeque<>(OF_EACH_NODE + 1));
        ofNode.add(entry);
        if (ofNode.size() > OF_EACH_NODE) {
            ofNode.remove();
        }
    }

    /** Of these nodes, oldest first. */
    List<HeartbeatsEntry> of(FleetId fleet, Collection<NodeId> nodes) {
        Map<NodeId, Deque<HeartbeatsEntry>> ofFleet = heard.getOrDefault(fleet, new TreeMap<>());
        return nodes.stream()
                .flatMap(node -> Stream.ofNullable(ofFleet.get(node)))
                .flatMap(Deque::stream)
                .sorted(Comparator.comparingLong(HeartbeatsEntry::offset))
                .toList();
    }
}
