package dev.baton.failover.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.AckOutcome;
import dev.baton.contract.Assignment;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.Decision;
import dev.baton.contract.Decision.DeclarationAccepted;
import dev.baton.contract.Decision.DeclarationRefused;
import dev.baton.contract.Decision.LineRefused;
import dev.baton.contract.Decision.PolicyBound;
import dev.baton.contract.Decision.TunnelAllocated;
import dev.baton.contract.Eip;
import dev.baton.contract.EipsAdopted;
import dev.baton.contract.EipsAdopted.AdoptedEip;
import dev.baton.contract.FleetSnapshot.TunnelAddress;
import dev.baton.contract.GatewayDeclared;
import dev.baton.contract.GatewayId;
import dev.baton.contract.Holder;
import dev.baton.contract.IpAddress;
import dev.baton.contract.IpFamily;
import dev.baton.contract.LabelSelector;
import dev.baton.contract.Mark;
import dev.baton.contract.MoveReason;
import dev.baton.contract.NodeId;
import dev.baton.contract.PolicyDeclared.AllocatorPolicy;
import dev.baton.contract.PolicyDeclared.EgressIp;
import dev.baton.contract.PolicyId;
import dev.baton.contract.Pool;
import dev.baton.contract.RefusalReason;
import dev.baton.contract.Rules;
import dev.baton.contract.RulesAdopted;
import dev.baton.contract.TunnelAdopted;
import dev.baton.contract.TunnelPhase;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AdoptionTest {
    private static final NodeId NODE1 = FleetStory.node(1);
    private static final NodeId NODE2 = FleetStory.node(2);

    private final FleetStory story = new FleetStory();

    /** Two nodes are ready, and two policies have what this log found for them. */
    private void observed(AllocatorPolicy allocator) {
        story.tell(new RulesAdopted(Rules.ADOPTION));
        story.gateway("10.6.1.1-10.6.1.6");
        story.node(1, true).node(2, true);
        story.policy("web", allocator).policy("db", allocator);
        settle();
    }

    /** Whoever is asked does what he is asked for. */
    private void settle() {
        for (int round = 0; round < 50; round++) {
            Optional<Assignment> asked = story.state.eips().values().stream()
                    .map(eip -> eip.assignment())
                    .filter(assignment -> assignment.askedHolder().isPresent())
                    .findFirst();
            if (asked.isEmpty()) {
                return;
            }
            Assignment now = asked.get();
            story.answer(
                    now.eip().toString(),
                    now.askedOf(now.askedHolder().orElseThrow()).orElseThrow());
        }
        throw new AssertionError("it does not come to rest");
    }

    private static AdoptedEip line(String eip, NodeId node, String... policies) {
        return new AdoptedEip(
                Eip.parse(eip),
                Optional.of(node),
                Stream.of(policies).map(AdoptionTest::policy).toList());
    }

    private static PolicyId policy(String name) {
        return new PolicyId("default", name);
    }

    private List<Decision> adopt(AdoptedEip... lines) {
        return story.tell(new EipsAdopted(FleetStory.GATEWAY, List.of(lines)));
    }

    private static List<RefusalReason> refused(List<Decision> decisions) {
        return decisions.stream()
                .flatMap(decision -> switch (decision) {
                    case DeclarationRefused all -> Stream.of(all.reason());
                    case LineRefused line -> Stream.of(line.reason());
                    default -> Stream.<RefusalReason>empty();
                })
                .toList();
    }

    private Optional<Eip> eipOf(String policy) {
        return story.state.policies().get(policy(policy)).orElseThrow().eip();
    }

    @Test
    void policiesGetTheEipsThatTheyHadOnTheNodesThatHadThem() {
        observed(AllocatorPolicy.RR);
        List<Decision> decisions = adopt(line("10.6.1.5", NODE2, "web"), line("10.6.1.6", NODE2, "db"));
        assertEquals(List.of(), refused(decisions));
        assertTrue(decisions.stream().anyMatch(DeclarationAccepted.class::isInstance));
        settle();
        for (String eip : List.of("10.6.1.5", "10.6.1.6")) {
            Assignment now = story.assignment(eip);
            assertEquals(NODE2, story.holder(eip));
            assertEquals(AssignmentStep.HELD, now.step());
            assertEquals(MoveReason.ADOPTED, now.reason());
        }
        assertEquals(Optional.of(Eip.parse("10.6.1.5")), eipOf("web"));
        assertEquals(Optional.of(Eip.parse("10.6.1.6")), eipOf("db"));
        assertEquals(2, story.state.eips().size(), "what was found here before is free again");
    }

    @Test
    void anEipThatIsHeldElsewhereMovesInThePlannedWay() {
        observed(AllocatorPolicy.DEFAULT);
        String eip = "10.6.1.1";
        NodeId from = story.holder(eip);
        NodeId to = from.equals(NODE1) ? NODE2 : NODE1;
        adopt(line(eip, to, "web", "db"));
        assertEquals(AssignmentStep.PREPARE, story.assignment(eip).step());
        story.answer(eip, AckOutcome.PREPARED);
        assertEquals(AssignmentStep.RELEASE, story.assignment(eip).step());
        assertEquals(from, story.holder(eip));
        story.answer(eip, AckOutcome.WITHDRAWN);
        story.answer(eip, AckOutcome.APPLIED);
        assertEquals(to, story.holder(eip));
        assertEquals(MoveReason.ADOPTED, story.assignment(eip).reason());
    }

    @Test
    void adoptingTwiceChangesNothing() {
        observed(AllocatorPolicy.RR);
        AdoptedEip[] lines = {line("10.6.1.2", NODE2, "web"), line("10.6.1.1", NODE2, "db")};
        assertEquals(List.of(), refused(adopt(lines)));
        settle();
        List<Decision> again = adopt(lines);
        assertEquals(1, again.size(), () -> again.toString());
        assertTrue(again.getFirst() instanceof DeclarationAccepted, () -> again.toString());
    }

    @Test
    void whileItIsUnderWayTheSecondOneChangesNothingEither() {
        observed(AllocatorPolicy.RR);
        AdoptedEip[] lines = {line("10.6.1.2", NODE2, "web"), line("10.6.1.1", NODE2, "db")};
        adopt(lines);
        assertEquals(1, adopt(lines).size());
    }

    @Test
    void policiesThatSwapTheirEipsDoSo() {
        observed(AllocatorPolicy.RR);
        Eip webs = eipOf("web").orElseThrow();
        Eip dbs = eipOf("db").orElseThrow();
        assertEquals(List.of(), refused(adopt(line(dbs.toString(), NODE1, "web"), line(webs.toString(), NODE1, "db"))));
        settle();
        assertEquals(Optional.of(dbs), eipOf("web"));
        assertEquals(Optional.of(webs), eipOf("db"));
        assertEquals(NODE1, story.holder(webs.toString()));
        assertEquals(NODE1, story.holder(dbs.toString()));
    }

    @Test
    void aPolicyOfThePoolInNoLineGivesItsEipToThePolicyThatHadIt() {
        observed(AllocatorPolicy.RR);
        Eip dbs = eipOf("db").orElseThrow();
        List<Decision> decisions = adopt(line(dbs.toString(), NODE1, "web"));
        assertEquals(List.of(), refused(decisions));
        assertEquals(Optional.of(dbs), eipOf("web"));
        assertTrue(eipOf("db").isPresent() && !eipOf("db").equals(Optional.of(dbs)), () -> "db has " + eipOf("db"));
        assertTrue(decisions.stream()
                .anyMatch(d -> d instanceof PolicyBound bound && bound.policy().equals(policy("db"))));
    }

    /** A dual-stack gateway: this log pairs in order, EgressGateway at random. */
    private void pairs() {
        story.tell(new RulesAdopted(Rules.ADOPTION));
        story.tell(new GatewayDeclared(
                FleetStory.GATEWAY,
                true,
                Pool.parse("ipv4", IpFamily.V4, List.of("10.6.1.1-10.6.1.4")),
                Pool.parse("ipv6", IpFamily.V6, List.of("fd00::1-fd00::4")),
                Optional.empty(),
                Optional.empty(),
                new LabelSelector(new TreeMap<>(Map.of("egress", "true")), List.of())));
        story.node(1, true).node(2, true);
        story.policy("web", AllocatorPolicy.RR).policy("db", AllocatorPolicy.RR);
        settle();
        assertEquals(Optional.of(Eip.parse("10.6.1.2+fd00::2")), eipOf("web"));
        assertEquals(Optional.of(Eip.parse("10.6.1.3+fd00::3")), eipOf("db"));
    }

    @Test
    void anAddressIsGivenInAnotherPairOnlyAfterTheFormerPairWasFreed() {
        pairs();
        assertEquals(
                List.of(),
                refused(adopt(line("10.6.1.2+fd00::3", NODE1, "web"), line("10.6.1.3+fd00::2", NODE2, "db"))));
        for (String fresh : List.of("10.6.1.2+fd00::3", "10.6.1.3+fd00::2")) {
            assertEquals(AssignmentStep.WAITING, story.assignment(fresh).step());
        }
        story.answer("10.6.1.2+fd00::2", AckOutcome.WITHDRAWN);
        // One address of each is still held by the other former pair.
        for (String fresh : List.of("10.6.1.2+fd00::3", "10.6.1.3+fd00::2")) {
            assertEquals(AssignmentStep.WAITING, story.assignment(fresh).step());
        }
        story.answer("10.6.1.3+fd00::3", AckOutcome.WITHDRAWN);
        settle();
        assertEquals(NODE1, story.holder("10.6.1.2+fd00::3"));
        assertEquals(NODE2, story.holder("10.6.1.3+fd00::2"));
        assertEquals(MoveReason.ADOPTED, story.assignment("10.6.1.3+fd00::2").reason());
        assertEquals(2, story.state.eips().size());
    }

    @Test
    void whatIsLetGoForAnotherPairIsNotTakenUpAgain() {
        pairs();
        adopt(line("10.6.1.2+fd00::4", NODE1, "web"));
        story.policy("late", new EgressIp(Optional.empty(), FleetStory.ip("fd00::2"), false, AllocatorPolicy.DEFAULT));
        assertEquals(Optional.empty(), eipOf("late"), "fd00::2 is in a pair that is let go of");
        settle();
        assertEquals(Optional.of(Eip.parse("fd00::2")), eipOf("late"));
        assertEquals(NODE1, story.holder("10.6.1.2+fd00::4"));
    }

    @Test
    void aPairThatAnotherPolicyAskedForStays() {
        pairs();
        story.policy(
                "named",
                new EgressIp(FleetStory.ip("10.6.1.4"), FleetStory.ip("fd00::4"), false, AllocatorPolicy.DEFAULT));
        settle();
        assertEquals(
                List.of(RefusalReason.ADDRESS_PAIRED_OTHERWISE),
                refused(adopt(line("10.6.1.4+fd00::1", NODE1, "web"))));
        assertEquals(Optional.of(Eip.parse("10.6.1.2+fd00::2")), eipOf("web"));
    }

    @Test
    void aNodeThatIsNotReadyIsNamedAndTheUsualRulesPlace() {
        observed(AllocatorPolicy.RR);
        story.phase(2, 1, TunnelPhase.HEARTBEAT_TIMEOUT);
        assertEquals(List.of(RefusalReason.TARGET_NOT_ELIGIBLE), refused(adopt(line("10.6.1.5", NODE2, "web"))));
        settle();
        assertEquals(Optional.of(Eip.parse("10.6.1.5")), eipOf("web"));
        assertEquals(NODE1, story.holder("10.6.1.5"));
        assertEquals(MoveReason.ALLOCATED, story.assignment("10.6.1.5").reason());
    }

    @Test
    void afterItTheUsualRulesGoOn() {
        observed(AllocatorPolicy.RR);
        adopt(line("10.6.1.5", NODE2, "web"));
        settle();
        story.phase(2, 1, TunnelPhase.HEARTBEAT_TIMEOUT);
        settle();
        assertEquals(NODE1, story.holder("10.6.1.5"));
        story.phase(2, 2, TunnelPhase.READY);
        settle();
        assertEquals(NODE1, story.holder("10.6.1.5"), "a node that returns gets nothing back");
        assertEquals(MoveReason.HOLDER_TIMED_OUT, story.assignment("10.6.1.5").reason());
    }

    @Test
    void whatContradictsIsRefusedLineByLine() {
        observed(AllocatorPolicy.RR);
        story.policy(
                "named", new EgressIp(FleetStory.ip("10.6.1.4"), Optional.empty(), false, AllocatorPolicy.DEFAULT));
        story.policy("node", new EgressIp(Optional.empty(), Optional.empty(), true, AllocatorPolicy.DEFAULT));
        settle();
        Optional<Eip> dbs = eipOf("db");
        List<Decision> decisions = adopt(
                line("192.0.2.1", NODE1, "db"),
                line("10.6.1.6", new NodeId("gone"), "db"),
                line("10.6.1.5", NODE2, "web", "unheard-of", "named", "node"),
                line("10.6.1.5", NODE1, "db"),
                line("10.6.1.6", NODE1, "web"),
                line("10.6.1.3", NODE1));
        assertEquals(
                List.of(
                        RefusalReason.ADDRESS_OUTSIDE_POOL,
                        RefusalReason.NODE_UNKNOWN,
                        RefusalReason.POLICY_UNKNOWN,
                        RefusalReason.POLICY_ASKS_OTHERWISE,
                        RefusalReason.POLICY_ASKS_OTHERWISE,
                        RefusalReason.ADOPTED_TWICE,
                        RefusalReason.ADOPTED_TWICE),
                refused(decisions));
        settle();
        assertEquals(NODE2, story.holder("10.6.1.5"), "the line that contradicts nothing counts");
        assertEquals(dbs, eipOf("db"));
        assertEquals(
                List.of(RefusalReason.GATEWAY_UNKNOWN),
                refused(story.tell(new EipsAdopted(new GatewayId("egw9"), List.of()))));
    }

    @Test
    void aNodesOwnAddressIsAdoptedOnOneNode() {
        story.tell(new RulesAdopted(Rules.ADOPTION));
        story.gateway("10.6.1.1-10.6.1.6");
        story.node(1, true).node(2, true);
        story.policy("node", new EgressIp(Optional.empty(), Optional.empty(), true, AllocatorPolicy.DEFAULT));
        settle();
        String slot = Eip.nodeAddressOf(FleetStory.GATEWAY).toString();
        NodeId other = story.holder(slot).equals(NODE1) ? NODE2 : NODE1;
        assertEquals(List.of(), refused(adopt(line(slot, other, "node"))));
        settle();
        assertEquals(other, story.holder(slot));
    }

    @Test
    void anOlderLogRefusesIt() {
        story.tell(new RulesAdopted(Rules.PATHS));
        story.gateway("10.6.1.1-10.6.1.6").node(1, true);
        assertEquals(List.of(RefusalReason.RULES_NOT_KNOWN), refused(adopt(line("10.6.1.5", NODE1, "web"))));
        assertEquals(List.of(RefusalReason.RULES_NOT_KNOWN), refused(tunnel(1, 9, "172.31.9.9")));
    }

    private List<Decision> tunnel(int node, int mark, String ipv4) {
        return story.tell(new TunnelAdopted(
                FleetStory.node(node),
                Optional.of(new Mark(Mark.BASE + mark)),
                Optional.empty(),
                FleetStory.ip(ipv4),
                Optional.empty()));
    }

    private TunnelAddress tunnelOf(int node) {
        return story.state
                .nodes()
                .get(FleetStory.node(node))
                .flatMap(n -> n.tunnel())
                .orElseThrow();
    }

    @Test
    void aNodeGetsTheTunnelThatItHad() {
        observed(AllocatorPolicy.RR);
        TunnelAddress before = tunnelOf(1);
        List<Decision> decisions = tunnel(1, 0x1234, "172.31.7.7");
        var wanted = new TunnelAddress(
                before.mac(), IpAddress.parse("172.31.7.7"), before.ipv6(), new Mark(Mark.BASE + 0x1234));
        assertEquals(wanted, tunnelOf(1));
        assertTrue(decisions.contains(
                new TunnelAllocated(NODE1, wanted.mac(), wanted.ipv4(), wanted.ipv6(), wanted.mark())));
        assertEquals(1, tunnel(1, 0x1234, "172.31.7.7").size(), "twice is once");
        assertEquals(
                TunnelPhase.READY, story.state.nodes().get(NODE1).orElseThrow().shown());
    }

    @Test
    void aTunnelThatCannotBeIsRefused() {
        observed(AllocatorPolicy.RR);
        assertEquals(List.of(RefusalReason.MARK_OUT_OF_RANGE), refused(tunnel(1, 0x2000, "172.31.7.7")));
        assertEquals(List.of(RefusalReason.TUNNEL_OUTSIDE_SUBNET), refused(tunnel(1, 9, "10.0.0.1")));
        assertEquals(List.of(RefusalReason.TUNNEL_OUTSIDE_SUBNET), refused(tunnel(1, 9, "172.31.255.255")));
        int theirs = tunnelOf(2).mark().value() - Mark.BASE;
        assertEquals(List.of(RefusalReason.TUNNEL_IN_USE), refused(tunnel(1, theirs, "172.31.7.7")));
        assertEquals(
                List.of(RefusalReason.TUNNEL_IN_USE),
                refused(tunnel(1, 9, tunnelOf(2).ipv4().toString())));
        assertEquals(List.of(RefusalReason.NODE_UNKNOWN), refused(tunnel(9, 9, "172.31.7.7")));
    }

    @Test
    void anAdoptedAddressIsGivenToNoOtherNode() {
        observed(AllocatorPolicy.RR);
        tunnel(1, 0x1234, "172.31.0.3"); // which belongs to the mark that the third node would get
        story.node(3, true);
        assertEquals(IpAddress.parse("172.31.0.4"), tunnelOf(3).ipv4());
    }

    @Test
    void aWaitForAFormerPairIsForgottenWithTheHolderThatIsLost() {
        pairs();
        adopt(line("10.6.1.2+fd00::4", NODE2, "web"));
        Holder old = story.assignment("10.6.1.2+fd00::2").holder().orElseThrow();
        int n = old.node().equals(NODE1) ? 1 : 2;
        story.phase(n, 1, TunnelPhase.HEARTBEAT_TIMEOUT);
        settle();
        assertEquals(n == 1 ? NODE2 : NODE1, story.holder("10.6.1.2+fd00::4"));
    }
}
