package dev.baton.failover.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.AckOutcome;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.Decision;
import dev.baton.contract.Decision.AlertCode;
import dev.baton.contract.Decision.AlertRaised;
import dev.baton.contract.Decision.TunnelPhaseDecided;
import dev.baton.contract.FleetSnapshot;
import dev.baton.contract.MoveReason;
import dev.baton.contract.NodeId;
import dev.baton.contract.NodeRemoved;
import dev.baton.contract.ObservedPath;
import dev.baton.contract.PhaseReason;
import dev.baton.contract.PolicyDeclared.AllocatorPolicy;
import dev.baton.contract.Rules;
import dev.baton.contract.RulesAdopted;
import dev.baton.contract.TunnelPhase;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Whose word counts, and how much, when nodes say that they have lost the path to another one. */
class ReachabilityTest {
    private static final String EIP = "10.6.1.1";

    private final FleetStory story = new FleetStory().gateway("10.6.1.1-10.6.1.2");
    private int nodes;

    /** A fleet in which each node probes all others, and the first holds the EIP. */
    private void fleet(int size) {
        nodes = size;
        story.tell(new RulesAdopted(Rules.PATHS));
        story.node(1, true);
        story.policy("web", AllocatorPolicy.DEFAULT);
        story.answer(EIP, AckOutcome.APPLIED);
        for (int n = 2; n <= size; n++) {
            story.node(n, true);
        }
        for (int n = 1; n <= size; n++) {
            says(n);
        }
        assertEquals(FleetStory.node(1), story.holder(EIP));
    }

    /** The node says that it has lost these, and reaches all others. */
    private List<Decision> says(int observer, int... lost) {
        List<ObservedPath> paths = IntStream.rangeClosed(1, nodes)
                .filter(n -> n != observer)
                .mapToObj(n ->
                        new ObservedPath(FleetStory.node(n), IntStream.of(lost).anyMatch(one -> one == n)))
                .toList();
        return story.paths(observer, paths);
    }

    private static AlertRaised alert(AlertCode code, int node) {
        return new AlertRaised(code, "node " + FleetStory.node(node));
    }

    private AssignmentStep step() {
        return story.assignment(EIP).step();
    }

    @Test
    void anEipLeavesAHolderThatMostNodesHaveLost() {
        fleet(3);
        List<Decision> first = says(2, 1);
        assertEquals(List.of(alert(AlertCode.PATH_LOST, 1)), first, "one node's word moves nothing, and is told");
        List<Decision> second = says(3, 1);
        assertTrue(second.contains(alert(AlertCode.NODE_UNREACHABLE, 1)), () -> "" + second);
        assertEquals(AssignmentStep.PREPARE, step(), "the holder lives: a planned move");
        assertEquals(MoveReason.HOLDER_UNREACHABLE, story.assignment(EIP).reason());
        assertEquals(List.of(PhaseReason.UNREACHABLE), shown(second, 1));
        story.answer(EIP, AckOutcome.PREPARED);
        story.answer(EIP, AckOutcome.WITHDRAWN);
        story.answer(EIP, AckOutcome.APPLIED);
        assertTrue(!story.holder(EIP).equals(FleetStory.node(1)));

        List<Decision> again = says(2);
        assertEquals(List.of(PhaseReason.DATAPATH_READY), shown(again, 1), "it is reached again");
        assertEquals(AssignmentStep.HELD, step(), "and gets nothing back for that");
    }

    private static List<PhaseReason> shown(List<Decision> decisions, int node) {
        return decisions.stream()
                .filter(TunnelPhaseDecided.class::isInstance)
                .map(TunnelPhaseDecided.class::cast)
                .filter(decided -> decided.node().equals(FleetStory.node(node)))
                .map(TunnelPhaseDecided::reason)
                .toList();
    }

    @Test
    void whatTheUnreachableNodeItselfSaysConvictsNobody() {
        fleet(3);
        says(1, 2, 3);
        says(2, 1);
        says(3, 1);
        assertEquals(List.of(FleetStory.node(1)), story.state.reachability().unreachable());
    }

    @Test
    void oneNodesWordNeverMovesAnything() {
        fleet(2);
        says(2, 1);
        assertEquals(AssignmentStep.HELD, step());
        nodes = 5;
        says(2, 1, 3, 4, 5);
        assertEquals(AssignmentStep.HELD, step());
    }

    @Test
    void aFleetInHalvesMovesNothing() {
        fleet(6);
        for (int n : new int[] {4, 5, 6}) {
            says(n, 1, 2, 3);
            says(n - 3, 4, 5, 6);
        }
        assertEquals(List.of(), story.state.reachability().unreachable());
        assertEquals(AssignmentStep.HELD, step());
    }

    @Test
    void aMinorityThatIsCutOffGivesItsEipsToTheOthers() {
        fleet(7);
        for (int n = 3; n <= 7; n++) {
            says(n, 1, 2);
        }
        says(1, 3, 4, 5, 6, 7);
        says(2, 3, 4, 5, 6, 7);
        assertEquals(
                List.of(FleetStory.node(1), FleetStory.node(2)),
                story.state.reachability().unreachable());
        assertEquals(AssignmentStep.PREPARE, step());
        NodeId successor = story.assignment(EIP).successor().orElseThrow().node();
        assertTrue(!successor.equals(FleetStory.node(1)) && !successor.equals(FleetStory.node(2)));
    }

    @Test
    void onlyNodesThatAreReadyAreBelieved() {
        fleet(4);
        says(2, 1);
        story.phase(3, 1, TunnelPhase.HEARTBEAT_TIMEOUT);
        story.tell(new NodeRemoved(FleetStory.node(4)));
        assertEquals(List.of(), story.state.reachability().unreachable());
        says(3, 1);
        assertEquals(List.of(FleetStory.node(1)), story.state.reachability().unreachable(), "two of two");
        story.phase(3, 1, TunnelPhase.HEARTBEAT_TIMEOUT);
        assertEquals(List.of(), story.state.reachability().unreachable(), "who has lost it may itself be gone");
    }

    @Test
    void aNodeThatSaysTheSameTwiceIsOneObserver() {
        fleet(3);
        story.paths(2, List.of(lost(1), lost(1), lost(2)));
        assertEquals(List.of(), story.state.reachability().unreachable());
    }

    private static ObservedPath lost(int node) {
        return new ObservedPath(FleetStory.node(node), true);
    }

    @Test
    void theOnlyNodeKeepsItsEipHoweverItIsReached() {
        fleet(3);
        story.cordon(2, true);
        story.cordon(3, true);
        says(2, 1);
        says(3, 1);
        assertEquals(AssignmentStep.HELD, step());
        story.phase(1, 1, TunnelPhase.HEARTBEAT_TIMEOUT);
        assertTrue(!story.holder(EIP).equals(FleetStory.node(1)), "a drained node is better than none");
    }

    @Test
    void earlierRulesDoNotAsk() {
        nodes = 3;
        for (int n = 1; n <= nodes; n++) {
            story.node(n, true);
        }
        story.policy("web", AllocatorPolicy.DEFAULT);
        story.answer(EIP, AckOutcome.APPLIED);
        int holder = IntStream.rangeClosed(1, nodes)
                .filter(n -> story.holder(EIP).equals(FleetStory.node(n)))
                .findFirst()
                .orElseThrow();
        IntStream.rangeClosed(1, nodes).filter(n -> n != holder).forEach(n -> says(n, holder));
        assertEquals(AssignmentStep.HELD, step());
    }

    @Test
    void followsFromTheNodes() {
        fleet(5);
        says(2, 1);
        says(3, 1, 4);
        says(5, 1);
        FleetSnapshot snapshot = story.state.snapshot(9);
        Reachability again = FleetState.of(snapshot).reachability();
        assertEquals(story.state.reachability().unreachable(), again.unreachable());
        assertEquals(
                story.state.reachability().targets().values(), again.targets().values());
        assertEquals(List.of(FleetStory.node(1)), again.unreachable());
    }
}
