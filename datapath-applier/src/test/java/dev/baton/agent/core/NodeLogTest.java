package dev.baton.agent.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.Assignment;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.Eip;
import dev.baton.contract.Epoch;
import dev.baton.contract.FleetId;
import dev.baton.contract.GatewayId;
import dev.baton.contract.Holder;
import dev.baton.contract.Incarnation;
import dev.baton.contract.KnownPods;
import dev.baton.contract.Lineage;
import dev.baton.contract.Mark;
import dev.baton.contract.MoveReason;
import dev.baton.contract.NodeId;
import dev.baton.contract.PolicyBinding;
import dev.baton.contract.PolicyId;
import dev.baton.contract.Rules;
import dev.baton.contract.Settings;
import dev.baton.contract.SettingsInForce;
import dev.baton.contract.UnknownRules;
import dev.baton.datapath.core.DesiredState.Role;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class NodeLogTest {
    private static final Eip EIP = Eip.parse("10.6.1.55");
    private static final PolicyId POLICY = PolicyId.parse("team/web");
    private static final NodeId SELF = new NodeId("node1");
    private static final Incarnation OWN = new Incarnation(3);

    private static final Lineage FIRST = Lineage.of(1);
    private static final Lineage NEXT = Lineage.of(2);
    private final NodeLog log = new NodeLog(new FleetId("default"), SELF, Rules.NEWEST, Lineages.NONE, new TreeMap<>());

    @Test
    void aLogAtRulesThatThisReleaseDoesNotKnowIsNotObeyed() {
        var newer = new SettingsInForce(Settings.DEFAULT, new Rules(Rules.NEWEST.version() + 1), 1);
        var why = assertThrows(UnknownRules.class, () -> log.read(new LogEntry.TunnelShown(newer)));
        assertEquals(
                "fleet default is at rules version " + newer.rules() + ", and this release knows " + Rules.NEWEST
                        + " at most. Start a newer release",
                why.getMessage());
    }

    private Role role() {
        return Optional.ofNullable(log.desired(OWN).eips().get(EIP))
                .orElseThrow()
                .role();
    }

    /** If it cannot be written down, the EIP is still to be held: else it would look as if it were. */
    @Test
    void whatIsToBeRefusedIsWrittenDownBeforeItIsRefused() {
        log.read(new LogEntry.Assigned(given(5, AssignmentStep.ACQUIRE, SELF)));
        var refused = new TreeMap<>(Map.of(EIP, new Epoch(5)));
        assertEquals(Map.of(EIP, new Epoch(6)), log.epochsRefusing(refused));
        assertEquals(Map.of(EIP, new Epoch(5)), log.epochs());
        assertInstanceOf(Role.Hold.class, role());

        log.refuse(EIP, new Epoch(5));
        assertEquals(Map.of(EIP, new Epoch(6)), log.epochs());
        assertEquals(log.epochs(), log.epochsRefusing(refused));
    }

    private static Assignment given(long epoch, AssignmentStep step, NodeId holder) {
        return new Assignment(
                EIP,
                new GatewayId("egw"),
                Mark.FIRST_EIP,
                new Epoch(epoch),
                step,
                Optional.of(new Holder(holder, OWN)),
                Optional.empty(),
                MoveReason.DRAIN,
                epoch);
    }

    /** An epoch has one holder: whom the first word named was not asked to let go. */
    @Test
    void anAssignmentThatGivesTheSameEpochToAnotherNodeIsToldAndNotObeyed() {
        NodeId another = new NodeId("another");
        log.read(new LogEntry.Assigned(given(5, AssignmentStep.HELD, another)));
        log.read(new LogEntry.Assigned(given(5, AssignmentStep.ACQUIRE, SELF)));
        assertFalse(role() instanceof Role.Hold, role().toString());
        assertEquals(List.of(given(5, AssignmentStep.ACQUIRE, SELF)), log.contradictions());
        assertEquals(List.of(), log.contradictions());

        log.read(new LogEntry.Assigned(given(6, AssignmentStep.ACQUIRE, SELF)));
        log.read(new LogEntry.Assigned(given(6, AssignmentStep.HELD, SELF)));
        log.read(new LogEntry.Assigned(given(6, AssignmentStep.HELD, another)));
        assertInstanceOf(Role.Hold.class, role());
        assertEquals(List.of(given(6, AssignmentStep.HELD, another)), log.contradictions());
    }

    /** There is one such record for each node, and each pod that comes or goes anywhere changes one. */
    @Test
    void whatIsSaidOfOtherNodesPodsIsNoNews() {
        var another = new KnownPods(new NodeId("another"), new TreeSet<>());
        log.read(new LogEntry.Endpoints(another.slice()));
        log.read(new LogEntry.EndpointsGone(
                another.slice().policy(), another.slice().slice()));
        assertEquals(Optional.empty(), log.news());
        log.read(new LogEntry.Endpoints(new KnownPods(SELF, new TreeSet<>()).slice()));
        assertTrue(log.news().isPresent());
        assertTrue(log.desired(OWN).knownPods().isPresent());
    }

    private static PolicyBinding policy(long priority, long cause) {
        return new PolicyBinding(POLICY, new GatewayId("egw"), Optional.of(EIP), List.of(), priority, cause);
    }

    private Optional<Long> priority() {
        return Optional.ofNullable(log.desired(OWN).policies().get(POLICY)).map(match -> match.priority());
    }

    @Test
    void anOldWordOfACoordinatorThatWasReplacedIsNotBelieved() {
        log.read(new LogEntry.PolicyBound(policy(2, 9)));
        log.read(new LogEntry.PolicyBound(policy(1, 8)));
        assertEquals(Optional.of(2L), priority());
        log.read(new LogEntry.PolicyGone(POLICY, OptionalLong.of(8)));
        assertEquals(Optional.of(2L), priority());
        log.read(new LogEntry.PolicyBound(policy(3, 9)));
        assertEquals(Optional.of(3L), priority(), "said twice at one entry: the later word counts");
    }

    private static NodeLog knowing(long epoch) {
        return new NodeLog(new FleetId("default"), SELF, Rules.NEWEST, Lineages.NONE, Map.of(EIP, new Epoch(epoch)));
    }

    @Test
    void isOutdatedWhileAllThatIsSaidOfAnEipIsOlderThanWhatWasSeenBeforeItsStart() {
        var restarted = knowing(5);
        restarted.read(new LogEntry.Assigned(given(3, AssignmentStep.HELD, SELF)));
        assertTrue(restarted.isOutdated());
        restarted.read(new LogEntry.AssignmentGone(EIP, OptionalLong.of(2)));
        assertTrue(restarted.isOutdated(), "that word is older still");
        restarted.read(new LogEntry.Assigned(given(5, AssignmentStep.HELD, SELF)));
        assertFalse(restarted.isOutdated());
        restarted.read(new LogEntry.Assigned(given(4, AssignmentStep.HELD, SELF)));
        assertFalse(restarted.isOutdated(), "the right word was read");
    }

    @Test
    void isNotOutdatedOnceTheEipIsFreed() {
        var restarted = knowing(5);
        restarted.read(new LogEntry.Assigned(given(3, AssignmentStep.HELD, SELF)));
        restarted.read(new LogEntry.AssignmentGone(EIP, OptionalLong.of(60)));
        assertFalse(restarted.isOutdated());
    }

    @Test
    void whatWasTakenAwayDoesNotComeBackByAnOldWord() {
        log.read(new LogEntry.PolicyBound(policy(2, 5)));
        log.read(new LogEntry.PolicyGone(POLICY, OptionalLong.of(9)));
        log.read(new LogEntry.PolicyBound(policy(2, 5)));
        assertEquals(Optional.empty(), priority());
    }

    @Test
    void aRemovalThatDoesNotSayItsCauseIsBelieved() {
        log.read(new LogEntry.PolicyBound(policy(2, 9)));
        log.read(new LogEntry.PolicyGone(POLICY, OptionalLong.empty()));
        assertEquals(Optional.empty(), priority());
    }

    @Test
    void aLogThatBeganAnewIsNotComparedWithWhatItSaidBefore() {
        log.read(new LogEntry.PolicyBound(policy(2, 9)));
        log.beganAnew();
        log.read(new LogEntry.PolicyBound(policy(1, 0)));
        assertEquals(Optional.of(1L), priority());
    }

    @Test
    void whatAnotherLineageSaysIsNotReadBeforeTheNodeHasLetGo() {
        log.read(new LogEntry.PolicyBound(policy(2, 9)), Optional.of(FIRST));
        log.read(new LogEntry.PolicyBound(policy(3, 1)), Optional.of(NEXT));
        assertEquals(Optional.of(NEXT), log.other());
        assertEquals(Optional.of(FIRST), log.lineages().obeyed());
        assertEquals(9, log.news().orElseThrow().cause());
        log.forget(log.lineages().entering(NEXT));
        assertEquals(Optional.empty(), log.other());
        log.read(new LogEntry.PolicyBound(policy(3, 1)), Optional.of(NEXT));
        assertEquals(1, log.news().orElseThrow().cause());
        assertEquals(Optional.of(NEXT), log.lineages().obeyed());
    }

    @Test
    void aLineageThatWasLeftIsNeverObeyedAgain() {
        log.forget(new Lineages(Optional.of(FIRST), List.of()).entering(NEXT));
        log.read(new LogEntry.PolicyBound(policy(2, 90)), Optional.of(FIRST));
        assertEquals(Optional.empty(), log.other());
        assertEquals(Optional.empty(), log.news());
    }

    @Test
    void aRecordThatSaysNoLineageIsBelieved() {
        log.read(new LogEntry.PolicyBound(policy(2, 9)), Optional.of(FIRST));
        log.read(new LogEntry.PolicyBound(policy(2, 10)), Optional.empty());
        assertEquals(10, log.news().orElseThrow().cause());
    }
}
