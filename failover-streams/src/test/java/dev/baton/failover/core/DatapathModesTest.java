package dev.baton.failover.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.AckOutcome;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.DatapathMode;
import dev.baton.contract.Decision;
import dev.baton.contract.EipMoveRequested;
import dev.baton.contract.IpAddress;
import dev.baton.contract.NodeRemoved;
import dev.baton.contract.PolicyDeclared.AllocatorPolicy;
import dev.baton.contract.Rules;
import dev.baton.contract.RulesAdopted;
import dev.baton.contract.TunnelPhase;
import dev.baton.contract.Verdict;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A fleet in which some agents program their nodes, and others only write down what they would do. */
class DatapathModesTest {
    private static final String EIP = "10.6.1.1";

    private final FleetStory story = new FleetStory().gateway("10.6.1.1-10.6.1.2");

    private void fleet(Rules rules, DatapathMode... modes) {
        story.tell(new RulesAdopted(rules));
        for (int n = 1; n <= modes.length; n++) {
            story.node(n, false).mode(n, 1, modes[n - 1]);
        }
        story.policy("web", AllocatorPolicy.DEFAULT);
    }

    private static final DatapathMode ACTS = DatapathMode.ACTS;
    private static final DatapathMode RECORDS = DatapathMode.RECORDS;
    private static final DatapathMode UNSAID = DatapathMode.UNSAID;

    @Test
    void anEipGoesToTheNodeThatActs() {
        fleet(Rules.MODES, RECORDS, ACTS, RECORDS);
        assertEquals(FleetStory.node(2), story.holder(EIP));
        assertEquals(
                Map.of("node1", Verdict.RECORDS_ONLY, "node2", Verdict.CHOSEN, "node3", Verdict.RECORDS_ONLY),
                story.verdicts());
        story.answer(EIP, AckOutcome.APPLIED);
        story.phase(2, 1, TunnelPhase.HEARTBEAT_TIMEOUT);
        assertEquals(AssignmentStep.WAITING, story.assignment(EIP).step(), "nobody would answer for it");
        story.mode(3, 2, ACTS);
        assertEquals(FleetStory.node(3), story.holder(EIP));
    }

    @Test
    void whereAllRecordDecisionsAreAsIfAllActed() {
        fleet(Rules.MODES, RECORDS, RECORDS);
        assertTrue(story.assignment(EIP).holder().isPresent());
        assertEquals(
                1,
                story.verdicts().values().stream()
                        .filter(Verdict.ELIGIBLE::equals)
                        .count());
    }

    @Test
    void aNodeThatHasNotSaidTakesNothingFromThoseThatRecord() {
        fleet(Rules.MODES, RECORDS, UNSAID);
        assertEquals(
                1,
                story.verdicts().values().stream()
                        .filter(Verdict.ELIGIBLE::equals)
                        .count());
    }

    @Test
    void earlierRulesDoNotAsk() {
        fleet(Rules.ADOPTION, RECORDS, ACTS);
        assertEquals(
                1,
                story.verdicts().values().stream()
                        .filter(Verdict.ELIGIBLE::equals)
                        .count());
    }

    /** EgressGateway still serves it there, until that node's agent acts too. */
    @Test
    void aHolderThatRecordsKeepsItsEipWhileAgentsAreReplacedOneByOne() {
        fleet(Rules.MODES, RECORDS);
        story.answer(EIP, AckOutcome.APPLIED);
        story.node(2, false).mode(2, 1, ACTS);
        assertEquals(AssignmentStep.HELD, story.assignment(EIP).step());
        assertEquals(FleetStory.node(1), story.holder(EIP));
        story.mode(1, 2, ACTS);
        assertEquals(FleetStory.node(1), story.holder(EIP), "the same node holds on");
    }

    @Test
    void aHolderThatComesBackRecordingLosesItsEipToOneThatActs() {
        fleet(Rules.MODES, ACTS);
        story.answer(EIP, AckOutcome.APPLIED);
        story.node(2, false).mode(2, 1, ACTS);
        story.mode(1, 2, RECORDS);
        assertEquals(FleetStory.node(2), story.holder(EIP));
    }

    @Test
    void nobodyCanMoveAnEipToANodeThatOnlyRecords() {
        fleet(Rules.MODES, ACTS, RECORDS);
        story.answer(EIP, AckOutcome.APPLIED);
        List<Decision> decided = story.tell(new EipMoveRequested(IpAddress.parse(EIP), FleetStory.node(2)));
        assertTrue(decided.toString().contains("RECORDS_ONLY"), () -> "" + decided);
    }

    @Test
    void onceTheLastNodeThatActsIsRemovedTheOthersHoldAgain() {
        fleet(Rules.MODES, RECORDS, ACTS);
        story.answer(EIP, AckOutcome.APPLIED);
        story.phase(2, 1, TunnelPhase.HEARTBEAT_TIMEOUT);
        assertEquals(AssignmentStep.WAITING, story.assignment(EIP).step());
        story.tell(new NodeRemoved(FleetStory.node(2)));
        assertEquals(FleetStory.node(1), story.holder(EIP));
    }
}
