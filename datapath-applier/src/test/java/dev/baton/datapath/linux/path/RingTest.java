package dev.baton.datapath.linux.path;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.NodeId;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RingTest {
    private static SortedSet<NodeId> nodes(int from, int to) {
        var nodes = new TreeSet<NodeId>();
        IntStream.range(from, to).forEach(n -> nodes.add(new NodeId("node" + n)));
        return nodes;
    }

    private static TreeMap<NodeId, SortedSet<NodeId>> all(SortedSet<NodeId> observers, SortedSet<NodeId> targets) {
        var ring = new Ring(observers);
        var all = new TreeMap<NodeId, SortedSet<NodeId>>();
        observers.forEach(self -> all.put(self, ring.targetsOf(self, targets, Set.of())));
        return all;
    }

    private static long observersOf(NodeId target, TreeMap<NodeId, SortedSet<NodeId>> all) {
        return all.values().stream().filter(targets -> targets.contains(target)).count();
    }

    @Test
    void eachIsProbedByTheSameNumberOfOthersAndNotByItself() {
        var nodes = nodes(0, 200);
        var all = all(nodes, nodes);
        all.forEach((self, targets) -> assertFalse(targets.contains(self)));
        nodes.forEach(target -> assertEquals(Ring.OBSERVERS, observersOf(target, all), target.value()));
        all.values().forEach(targets -> assertTrue(targets.size() <= 6 * Ring.OBSERVERS, () -> "not even: " + targets));
    }

    @Test
    void inASmallFleetAllProbeAll() {
        var nodes = nodes(0, 3);
        all(nodes, nodes).values().forEach(targets -> assertEquals(2, targets.size()));
        assertEquals(Set.of(), new Ring(nodes(0, 1)).targetsOf(new NodeId("node0"), nodes(0, 1), Set.of()));
    }

    @Test
    void onlyObserversProbeAndEveryTargetHasThem() {
        var all = all(nodes(0, 10), nodes(10, 60));
        assertEquals(10, all.size());
        nodes(10, 60).forEach(target -> assertEquals(Ring.OBSERVERS, observersOf(target, all)));
    }

    @Test
    void aNodeThatJoinsChangesAFewPairsOnly() {
        var before = all(nodes(0, 200), nodes(0, 200));
        var after = all(nodes(0, 201), nodes(0, 201));
        long changed = before.entrySet().stream()
                .filter(entry -> !entry.getValue().equals(after.get(entry.getKey())))
                .count();
        assertTrue(changed <= 4 * Ring.OBSERVERS, changed + " nodes probe others than before");
    }

    @Test
    void aLoneObserverProbesHoldersFirstAndNoMoreThanTheLimit() {
        var lone = new NodeId("lone");
        var holders = Set.of(new NodeId("node7"), new NodeId("node4999"));
        var targets = new Ring(List.of(lone)).targetsOf(lone, nodes(0, 5_000), holders);
        assertEquals(Ring.LIMIT, targets.size());
        assertTrue(targets.containsAll(holders));
    }

    /** Printed, not asserted: it depends on the machine. */
    @Test
    void whatARingOfFiveThousandCosts() {
        var nodes = nodes(0, 5_000);
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 100; round++) {
            long begin = System.nanoTime();
            int targets =
                    new Ring(nodes).targetsOf(nodes.first(), nodes, Set.of()).size();
            least = Math.min(least, System.nanoTime() - begin);
            assertTrue(targets > 0);
        }
        System.out.println("the ring of 5,000 nodes: " + least / 1000 + " us");
    }
}
