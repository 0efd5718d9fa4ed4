package dev.baton.datapath.linux.path;

import dev.baton.contract.NodeId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Who probes whom. All nodes have a place on a ring, by a hash of their names; a target is probed by the {@value
 * #OBSERVERS} observers that follow it. Every node works that out for itself, from the same sets, so that nobody has to
 * tell them; a node that joins or leaves changes a few pairs only.
 */
final class Ring {
    static final int OBSERVERS = 5;

    /** So many targets at most, however few observers there are: 64 of them are 128 packets a second. */
    static final int LIMIT = 64;

    private final List<Placed> observers;

    private record Placed(long place, NodeId node) {}

    /** @param rank how many observers are nearer to it */
    private record Candidate(NodeId node, boolean first, int rank, long place) {}

    Ring(Collection<NodeId> observers) {
        this.observers = observers.stream()
                .map(node -> new Placed(place(node), node))
                .sorted(Comparator.comparingLong(Placed::place).thenComparing(Placed::node))
                .toList();
    }

    /**
     * @param self an observer
     * @param first those that are taken before others if there are too many
     */
    SortedSet<NodeId> targetsOf(NodeId self, Collection<NodeId> targets, Set<NodeId> first) {
        int own = firstAfter(place(self)) - 1;
        var candidates = new ArrayList<Candidate>();
        for (NodeId target : targets) {
            long place = place(target);
            // An observer that is the target itself comes last, because the count begins behind it.
            int rank = Math.floorMod(own - firstAfter(place), observers.size());
            if (rank < OBSERVERS && !target.equals(self)) {
                candidates.add(new Candidate(target, first.contains(target), rank, place));
            }
        }
        return candidates.stream()
                .sorted(Comparator.comparing((Candidate one) -> !one.first())
                        .thenComparing(Candidate::rank)
                        .thenComparing(Candidate::place))
                .limit(LIMIT)
                .map(Candidate::node)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The index of the first observer after a place; the number of observers if there is none. */
    private int firstAfter(long place) {
        int from = 0;
        int to = observers.size();
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (observers.get(middle).place() <= place) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from;
    }

    /** FNV-1a, whose bits are then mixed, because names that differ in the last letter would be neighbours. */
    static long place(NodeId node) {
        long hash = 0xcbf29ce484222325L;
        for (byte each : node.value().getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (each & 0xff)) * 0x100000001b3L;
        }
        hash = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
        hash = (hash ^ hash >>> 33) * 0xc4ceb9fe1a85ec53L;
        return hash ^ hash >>> 33;
    }
}
