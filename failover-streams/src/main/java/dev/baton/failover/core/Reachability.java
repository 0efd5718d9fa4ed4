package dev.baton.failover.core;

import dev.baton.contract.FleetSnapshot.FleetNode;
import dev.baton.contract.NodeId;
import dev.baton.contract.ObservedPath;
import dev.baton.contract.ParentInterface;
import dev.baton.contract.TunnelPhase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which nodes the others reach through the tunnels, by what the probes of all nodes say together. Follows from the
 * nodes, and is kept because every entry needs it.
 *
 * <p>No node is judged by the word of a single one. And none is while more than a third of the nodes that are probed
 * seem unreachable: then it is rather the network that is in parts, and wherever an EIP went, others would miss it.
 *
 * @param targets the nodes that are probed, with what is said of them
 * @param suspects those of them that most of their observers have lost
 */
public record Reachability(Table<NodeId, Observers> targets, Table<NodeId, Observers> suspects) {
    static final Reachability UNKNOWN = new Reachability(Table.empty(), Table.empty());

    private static final int WITNESSES = 2;
    /** Of the probed nodes, one in so many may be judged at once. */
    private static final int ONE_IN = 3;

    /**
     * The Ready nodes that probe the path to a certain one.
     *
     * @param all how many they are
     * @param lost how many of them have lost it
     */
    public record Observers(int all, int lost) {
        private static final Observers NONE = new Observers(0, 0);

        private boolean haveLostIt() {
            return lost >= WITNESSES && 2 * lost > all;
        }

        private Observers counted(boolean hasLost, int by) {
            return new Observers(all + by, hasLost ? lost + by : lost);
        }
    }

    static Reachability of(Iterable<FleetNode> nodes) {
        Reachability reachability = UNKNOWN;
        for (FleetNode node : nodes) {
            reachability = reachability.counted(node, 1);
        }
        return reachability;
    }

    /** After a node has changed. */
    Reachability with(FleetNode before, FleetNode after) {
        return words(before).equals(words(after)) ? this : counted(before, -1).counted(after, 1);
    }

    /** After a node was heard of for the first time. */
    Reachability with(FleetNode added) {
        return counted(added, 1);
    }

    private Reachability counted(FleetNode node, int by) {
        Table<NodeId, Observers> counted = targets;
        Table<NodeId, Observers> judged = suspects;
        for (Map.Entry<NodeId, Boolean> word : words(node).entrySet()) {
            NodeId target = word.getKey();
            Observers now = counted.get(target).orElse(Observers.NONE).counted(word.getValue(), by);
            counted = now.all() == 0 ? counted.without(target) : counted.with(target, now);
            judged = now.haveLostIt() ? judged.with(target, now) : judged.without(target);
        }
        return new Reachability(counted, judged);
    }

    /** What counts of a node's words: each target once, and itself not. A node that is not Ready says nothing. */
    static Map<NodeId, Boolean> words(FleetNode node) {
        var words = new TreeMap<NodeId, Boolean>();
        if (node.declared() && node.live() == TunnelPhase.READY) {
            for (ObservedPath path : node.parent().map(ParentInterface::paths).orElse(List.of())) {
                if (!path.target().equals(node.node())) {
                    words.put(path.target(), path.lost());
                }
            }
        }
        return words;
    }

    boolean isUnreachable(NodeId node) {
        return suspects.contains(node) && !areTooMany();
    }

    private boolean areTooMany() {
        return suspects.size() * ONE_IN > targets.size();
    }

    /** The nodes that are judged to be unreachable, by name. */
    List<NodeId> unreachable() {
        var unreachable = new ArrayList<NodeId>();
        if (!areTooMany()) {
            suspects.forEach(suspect -> unreachable.add(suspect.key()));
        }
        return unreachable;
    }

    /** Whether at least one node has lost the path to this one. */
    boolean isLostBySome(NodeId node) {
        return targets.get(node).orElse(Observers.NONE).lost() > 0;
    }
}
