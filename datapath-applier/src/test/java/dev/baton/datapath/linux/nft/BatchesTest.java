package dev.baton.datapath.linux.nft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.NodeId;
import dev.baton.contract.PolicyId;
import dev.baton.contract.Settings;
import dev.baton.datapath.core.DesiredState;
import dev.baton.datapath.core.DesiredState.PolicyMatch;
import dev.baton.datapath.core.DesiredState.TunnelSubnets;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class BatchesTest {
    private static SortedMap<PolicyId, PolicyMatch> policies(int from, int to) {
        var policies = new TreeMap<PolicyId, PolicyMatch>();
        for (int i = from; i < to; i++) {
            policies.put(
                    PolicyId.cluster("p" + i),
                    new PolicyMatch(
                            Optional.empty(), i, new TreeSet<>(), new TreeSet<>(), new TreeSet<>(), new TreeSet<>()));
        }
        return policies;
    }

    private static DesiredState desired(SortedMap<PolicyId, PolicyMatch> policies) {
        return new DesiredState(
                new NodeId("n1"),
                Optional.empty(),
                TunnelSubnets.of(Settings.DEFAULT),
                new TreeMap<>(),
                new TreeMap<>(),
                policies,
                new TreeSet<>(),
                Optional.empty());
    }

    @Test
    void aSmallChangeIsMadeAtOnceHoweverMuchThereIs() {
        var desired = desired(policies(100, 6000));
        var states = Batches.of(policies(0, 5900), desired);
        assertEquals(1, states.size());
        assertSame(desired, states.getFirst());
    }

    @Test
    void aLargeChangeGoesInBatchesAndHigherPrecedenceComesFirst() {
        var desired = desired(policies(100, 1400));
        List<DesiredState> states = Batches.of(policies(0, 200), desired);

        assertEquals(
                List.of(200 + 500, 200 + 1000, 1300),
                states.stream().map(state -> state.policies().size()).toList());
        assertSame(desired, states.getLast());
        var first = states.getFirst().policies();
        assertTrue(first.containsKey(PolicyId.cluster("p0")), "deletions come last");
        assertTrue(first.containsKey(PolicyId.cluster("p1399")), "the highest priority");
        assertTrue(!first.containsKey(PolicyId.cluster("p200")), "the lowest of the new ones");
    }
}
