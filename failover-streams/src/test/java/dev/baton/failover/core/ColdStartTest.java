package dev.baton.failover.core;

import static dev.baton.failover.core.FleetStory.node;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.Assignment;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.NodeId;
import dev.baton.contract.NodeRemoved;
import dev.baton.contract.PolicyDeclared.AllocatorPolicy;
import dev.baton.contract.TunnelPhase;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The EIPs of a new gateway are spread over the nodes that start with it, and no failover waits for a node that starts.
 */
class ColdStartTest {
    private static final Duration LONGEST = Duration.ofSeconds(6);
    private final FleetStory story = new FleetStory();

    /** Three nodes that are declared and not Ready yet, and this many EIPs. */
    private void begin(int eips) {
        story.gateway("10.6.1.0/28").node(1, false).node(2, false).node(3, false);
        for (int i = 0; i < eips; i++) {
            story.policy("p" + i, AllocatorPolicy.RR);
        }
    }

    private Map<NodeId, Integer> loads() {
        var loads = new TreeMap<NodeId, Integer>();
        for (FleetEip eip : story.state.eips().values()) {
            eip.assignment().holder().ifPresent(holder -> loads.merge(holder.node(), 1, Integer::sum));
        }
        return loads;
    }

    private boolean allWait() {
        return story.state.eips().values().stream()
                .map(FleetEip::assignment)
                .allMatch(assignment -> assignment.step() == AssignmentStep.WAITING);
    }

    @Test
    void eipsAreSpreadWhenTheLastNodeIsReady() {
        begin(6);
        story.phase(2, 1, TunnelPhase.READY);
        assertTrue(allWait(), "the others are about to be Ready");
        story.ticks(Duration.ofSeconds(1));
        story.phase(3, 1, TunnelPhase.READY).phase(1, 1, TunnelPhase.READY);
        assertEquals(Map.of(node(1), 2, node(2), 2, node(3), 2), loads());
    }

    @Test
    void policiesThatComeWhileNodesStartAreSpreadToo() {
        begin(0);
        story.phase(2, 1, TunnelPhase.READY);
        for (int i = 0; i < 3; i++) {
            story.policy("p" + i, AllocatorPolicy.RR);
        }
        assertTrue(allWait(), "the others are about to be Ready");
        story.phase(3, 1, TunnelPhase.READY).phase(1, 1, TunnelPhase.READY);
        assertEquals(Map.of(node(1), 1, node(2), 1, node(3), 1), loads());
    }

    @Test
    void aNodeThatDoesNotComeIsWaitedForTwoEvictionTimeoutsAtMost() {
        begin(4);
        story.phase(2, 1, TunnelPhase.READY).phase(3, 1, TunnelPhase.READY);
        story.ticks(LONGEST.minus(FleetStory.TICK));
        assertTrue(allWait(), "node1 may still come");
        story.ticks(FleetStory.TICK);
        assertEquals(Map.of(node(2), 2, node(3), 2), loads());
    }

    @Test
    void whenTheLastNodeThatStartedIsGoneNobodyWaits() {
        begin(2);
        story.phase(2, 1, TunnelPhase.READY).phase(3, 1, TunnelPhase.READY);
        story.tell(new NodeRemoved(node(1)));
        assertEquals(Map.of(node(2), 1, node(3), 1), loads());
    }

    @Test
    void onceTheGatewayHasAHolderNewEipsAreGivenAtOnce() {
        begin(1);
        story.phase(2, 1, TunnelPhase.READY);
        story.ticks(LONGEST);
        assertEquals(Map.of(node(2), 1), loads());
        story.policy("later", AllocatorPolicy.RR);
        assertEquals(Map.of(node(2), 2), loads(), "node1 and node3 never came");
    }

    @Test
    void theFirstNodeThatIsBackAfterAnOutageTakesAllEipsAtOnce() {
        begin(3);
        for (int n = 1; n <= 3; n++) {
            story.phase(n, 1, TunnelPhase.READY);
        }
        for (int n = 1; n <= 3; n++) {
            story.phase(n, 1, TunnelPhase.HEARTBEAT_TIMEOUT);
        }
        assertTrue(allWait());
        story.phase(3, 2, TunnelPhase.INIT).phase(2, 2, TunnelPhase.READY);
        assertEquals(Map.of(node(2), 3), loads());
    }

    @Test
    void aFailoverDoesNotWaitForANodeThatStarts() {
        story.gateway("10.6.1.0/28").node(1, true).policy("p", AllocatorPolicy.RR);
        story.node(2, true).node(3, false);
        story.phase(1, 1, TunnelPhase.HEARTBEAT_TIMEOUT);
        Assignment now = story.state.eips().values().getFirst().assignment();
        assertEquals(AssignmentStep.ACQUIRE, now.step());
        assertEquals(Map.of(node(2), 1), loads());
    }
}
