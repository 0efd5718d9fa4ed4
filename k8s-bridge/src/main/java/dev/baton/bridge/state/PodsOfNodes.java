package dev.baton.bridge.state;

import dev.baton.contract.EndpointEntry;
import dev.baton.contract.EndpointSlice;
import dev.baton.contract.EndpointSlice.Endpoint;
import dev.baton.contract.IpAddress;
import dev.baton.contract.KnownPods;
import dev.baton.contract.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The addresses of each node's pods, and which of them the log has. All of a node's changes since the last call are one
 * record: a pod's coming costs as many bytes as its node has pods, not as the cluster has.
 */
public final class PodsOfNodes {
    private final Map<String, Endpoint> pods = new HashMap<>();
    /** By pod. */
    private final Map<NodeId, Map<String, List<IpAddress>>> addresses = new TreeMap<>();

    private final SortedSet<NodeId> nodes = new TreeSet<>();
    private final Map<NodeId, KnownPods> published = new HashMap<>();
    private SortedSet<NodeId> behind = new TreeSet<>();
    /** What the log has of these is not known. */
    private final SortedSet<NodeId> unsure = new TreeSet<>();

    public void putNode(NodeId node) {
        if (nodes.add(node)) {
            behind.add(node);
        }
    }

    public void removeNode(NodeId node) {
        if (nodes.remove(node)) {
            behind.add(node);
        }
    }

    /** @param endpoint empty: it has no address of its own, or none any more */
    public void putPod(String pod, Optional<Endpoint> endpoint) {
        Optional<Endpoint> before =
                Optional.ofNullable(endpoint.isPresent() ? pods.put(pod, endpoint.get()) : pods.remove(pod));
        if (before.equals(endpoint)) {
            return;
        }
        before.ifPresent(was -> {
            behind.add(was.node());
            Map<String, List<IpAddress>> there = addresses.getOrDefault(was.node(), new HashMap<>());
            there.remove(pod);
            if (there.isEmpty()) {
                addresses.remove(was.node());
            }
        });
        endpoint.ifPresent(is -> {
            behind.add(is.node());
            addresses.computeIfAbsent(is.node(), _ -> new HashMap<>()).put(pod, is.addresses());
        });
    }

    /** Takes over what the log has as published; then every node is compared. */
    public void adopt(Collection<EndpointEntry> entries) {
        published.clear();
        unsure.clear();
        for (EndpointEntry entry : entries) {
            if (entry instanceof EndpointSlice slice) {
                KnownPods.of(slice).ifPresent(known -> published.put(known.node(), known));
            }
        }
        behind = new TreeSet<>(published.keySet());
        behind.addAll(nodes);
    }

    /**
     * The entries to append, so that the log has the pods as they are: behind all that say which policy selects them.
     *
     * @param said whether it is said at all; if not, what was said is withdrawn
     */
    public List<EndpointEntry> due(boolean said) {
        var due = new ArrayList<EndpointEntry>();
        for (NodeId node : behind) {
            Optional<KnownPods> wanted = said && nodes.contains(node) ? Optional.of(of(node)) : Optional.empty();
            Optional<KnownPods> there = Optional.ofNullable(published.get(node));
            if (!wanted.equals(there) || unsure.contains(node)) {
                due.add(wanted.map(KnownPods::slice).orElseGet(() -> KnownPods.withdrawal(node)));
                wanted.ifPresentOrElse(known -> published.put(node, known), () -> published.remove(node));
            }
        }
        behind.clear();
        unsure.clear();
        return due;
    }

    private KnownPods of(NodeId node) {
        var known = new TreeSet<IpAddress>();
        addresses.getOrDefault(node, Map.of()).values().forEach(known::addAll);
        return new KnownPods(node, known);
    }

    /** The entry was not appended, or it is not known whether it was. */
    public void failed(NodeId node) {
        unsure.add(node);
        behind.add(node);
    }
}
