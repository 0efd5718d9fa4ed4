package dev.baton.failover.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.AckOutcome;
import dev.baton.contract.DatapathAcknowledged;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.DatapathMode;
import dev.baton.contract.DatapathState;
import dev.baton.contract.EarlierLeasesOver;
import dev.baton.contract.Eip;
import dev.baton.contract.EipFailure;
import dev.baton.contract.Epoch;
import dev.baton.contract.FleetEvent;
import dev.baton.contract.FleetId;
import dev.baton.contract.Heartbeat;
import dev.baton.contract.Incarnation;
import dev.baton.contract.IpAddress;
import dev.baton.contract.Lineage;
import dev.baton.contract.LivenessEvent;
import dev.baton.contract.MacAddress;
import dev.baton.contract.NodeId;
import dev.baton.contract.ParentInterface;
import dev.baton.contract.Rules;
import dev.baton.contract.RulesAdopted;
import dev.baton.contract.Settings;
import dev.baton.contract.SettingsDeclared;
import dev.baton.contract.Tick;
import dev.baton.contract.Timings;
import dev.baton.contract.TunnelPhase;
import dev.baton.contract.TunnelPhaseChanged;
import dev.baton.contract.UnreadableRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LivenessTest {
    private static final Duration TICK = Duration.ofMillis(250);
    private static final Lineage HERE = Lineage.of(1);
    private static final Lineage ELSEWHERE = Lineage.of(2);
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");

    private LivenessState state = LivenessState.start(new FleetId("test"));
    private final List<FleetEvent> events = new ArrayList<>();
    private Instant at = Instant.ofEpochSecond(1_000);
    private long offset;
    private long ticks;
    private Optional<Ignored> ignored = Optional.empty();

    private void tell(LivenessEvent event) {
        var outcome = Liveness.step(state, offset++, at, event);
        state = outcome.state();
        events.addAll(outcome.events());
        ignored = outcome.ignored();
    }

    private static Heartbeat beat(NodeId node, long incarnation, long sequence) {
        return beat(node, incarnation, sequence, Duration.ofSeconds(3));
    }

    private static Heartbeat beat(NodeId node, long incarnation, long sequence, Duration timeout) {
        return beat(node, incarnation, sequence, timeout, Optional.empty());
    }

    private static Heartbeat beat(
            NodeId node, long incarnation, long sequence, Duration timeout, Optional<ParentInterface> parent) {
        return beat(node, incarnation, sequence, timeout, parent, Optional.empty());
    }

    private static Heartbeat beat(
            NodeId node,
            long incarnation,
            long sequence,
            Duration timeout,
            Optional<ParentInterface> parent,
            Optional<Lineage> obeyed) {
        return new Heartbeat(
                node,
                new Incarnation(incarnation),
                sequence,
                DatapathState.READY,
                DatapathFault.NONE,
                0,
                false,
                timeout,
                parent,
                obeyed,
                Rules.NEWEST,
                Instant.EPOCH);
    }

    private void tick() {
        at = at.plus(TICK);
        tell(new Tick("t", 1, ticks++, TICK));
    }

    private TunnelPhase phase(NodeId node) {
        return state.nodes().get(node).orElseThrow().phase();
    }

    @Test
    void timesOutAtTheThirteenthCountedTickAfterTheLastHeartbeatAndNotEarlier() {
        tick();
        tell(beat(A, 1, 1));
        for (int i = 0; i < 12; i++) {
            tick();
            assertEquals(TunnelPhase.READY, phase(A), "after " + (i + 1) + " ticks");
        }
        tick();
        assertEquals(TunnelPhase.HEARTBEAT_TIMEOUT, phase(A));
        assertEquals(Duration.ofSeconds(3), lastPhase().silence());
        assertEquals(1, lastPhase().lastHeartbeatOffset());
    }

    @Test
    void noMachineTakesTheNameOfOneThatLives() {
        tell(new RulesAdopted(Rules.NAME_KEPT));
        tell(beatFrom("192.168.0.1", 5, 1));
        tick();
        List.of(beatFrom("192.168.0.9", 6, 1), beatFrom("192.168.0.9", 5, 9), beat(A, 6, 1))
                .forEach(other -> {
                    tell(other);
                    assertEquals(Optional.of(Ignored.NAME_TAKEN), ignored, other::toString);
                });
        assertEquals(5, state.nodes().get(A).orElseThrow().incarnation().number());
        assertEquals(1, state.nodes().get(A).orElseThrow().sequence());

        for (int i = 0; i < 13; i++) {
            tell(beatFrom("192.168.0.9", 6, 2 + i));
            tick();
        }
        assertEquals(TunnelPhase.HEARTBEAT_TIMEOUT, phase(A), "the other's heartbeats were counted for it");
        tell(beatFrom("192.168.0.9", 6, 20));
        assertEquals(TunnelPhase.READY, phase(A));
        tell(beatFrom("192.168.0.1", 7, 1));
        assertEquals(Optional.of(Ignored.NAME_TAKEN), ignored);
    }

    @Test
    void aMachineThatHasOneOfItsAddressesStillIsTheSame() {
        tell(new RulesAdopted(Rules.NAME_KEPT));
        tell(beatFrom("192.168.0.1", 5, 1));
        tell(beatFrom("192.168.0.1", 6, 1));
        assertEquals(6, state.nodes().get(A).orElseThrow().incarnation().number());
    }

    @Test
    void byOlderRulesALaterNumberIsAllThatCounts() {
        tell(beatFrom("192.168.0.1", 5, 1));
        tell(beatFrom("192.168.0.9", 6, 1));
        assertEquals(6, state.nodes().get(A).orElseThrow().incarnation().number());
    }

    private void liveFor(int periods) {
        for (int i = 0; i < periods; i++) {
            tick();
            tell(beatFrom("192.168.0.1", 5, ticks, HERE));
        }
    }

    private static Heartbeat beatFrom(String address, long incarnation, long sequence) {
        return beat(A, incarnation, sequence, Duration.ofSeconds(3), Optional.of(parent(address)));
    }

    private static Heartbeat beatFrom(String address, long incarnation, long sequence, Lineage obeyed) {
        return beat(A, incarnation, sequence, Duration.ofSeconds(3), Optional.of(parent(address)), Optional.of(obeyed));
    }

    private static ParentInterface parent(String address) {
        return new ParentInterface("eth0", Optional.of(IpAddress.parse(address)), Optional.empty());
    }

    @Test
    void ticksOfAReplacedTickerProveNoTime() {
        tick();
        tell(beat(A, 1, 1));
        for (int i = 0; i < 6; i++) {
            tick();
        }
        tell(new Tick("other", 2, 0, TICK));
        for (int i = 0; i < 100; i++) {
            tell(new Tick("t", 1, 100 + i, TICK));
            assertEquals(Optional.of(Ignored.REPLACED_TICKER), ignored);
        }
        assertEquals(TunnelPhase.READY, phase(A));
        for (int i = 0; i < 7; i++) {
            at = at.plus(TICK);
            tell(new Tick("other", 2, 1 + i, TICK));
        }
        assertEquals(TunnelPhase.HEARTBEAT_TIMEOUT, phase(A));
    }

    @Test
    void aRecordThatCannotBeReadIsASignOfItsNodesLife() {
        tick();
        tell(beat(A, 1, 1));
        for (int i = 0; i < 30; i++) {
            tick();
            tell(new UnreadableRecord(A, Optional.of(Duration.ofSeconds(3))));
        }
        assertEquals(TunnelPhase.READY, phase(A));
        assertEquals(offset - 1, state.nodes().get(A).orElseThrow().lastHeartbeatOffset());
        for (int i = 0; i < 13; i++) {
            tick();
        }
        assertEquals(TunnelPhase.HEARTBEAT_TIMEOUT, phase(A));
        tell(new UnreadableRecord(A, Optional.empty()));
        assertEquals(Optional.of(Ignored.LAPSED_INCARNATION), ignored);
        tell(new UnreadableRecord(B, Optional.empty()));
        assertEquals(Optional.of(Ignored.UNKNOWN_NODE), ignored);
    }

    @Test
    void aRecordThatCannotBeReadLengthensThePatienceAndNeverShortensIt() {
        tell(beat(A, 1, 1));
        tell(new UnreadableRecord(A, Optional.of(Duration.ofSeconds(5))));
        tell(new UnreadableRecord(A, Optional.of(Duration.ofMillis(10))));
        tell(new UnreadableRecord(A, Optional.empty()));
        assertEquals(Duration.ofSeconds(5), state.nodes().get(A).orElseThrow().evictionTimeout());
        tell(beat(A, 1, 2));
        assertEquals(Duration.ofSeconds(3), state.nodes().get(A).orElseThrow().evictionTimeout());
    }

    @Test
    void aSequenceNumberIsTakenOnceAndAnOlderIncarnationNever() {
        tell(beat(A, 2, 5));
        tell(beat(A, 2, 5));
        assertEquals(Optional.of(Ignored.OLDER_SEQUENCE), ignored);
        tell(beat(A, 1, 9));
        assertEquals(Optional.of(Ignored.OLDER_INCARNATION), ignored);
        assertEquals(1, events.size());
    }

    @Test
    void afterATimeoutOnlyANewIncarnationCounts() {
        tick();
        tell(beat(A, 1, 1));
        for (int i = 0; i < 13; i++) {
            tick();
        }
        tell(beat(A, 1, 2));
        assertEquals(Optional.of(Ignored.LAPSED_INCARNATION), ignored);
        tell(beat(A, 2, 3));
        assertEquals(TunnelPhase.READY, phase(A));
    }

    @Test
    void anOutageOfTheLogGivesEveryNodeAFreshGrace() {
        tick();
        tell(beat(A, 1, 1));
        for (int i = 0; i < 12; i++) {
            tick();
        }
        at = at.plus(Duration.ofMinutes(5));
        for (int i = 0; i < 12; i++) {
            tick();
            assertEquals(TunnelPhase.READY, phase(A));
        }
    }

    @Test
    void anAbsentCoordinatorCostsTheDeadNothingAndTheLivingNothing() {
        tick();
        tell(beat(A, 1, 1));
        tell(beat(B, 1, 1));
        for (int i = 0; i < 8; i++) {
            tick();
        }
        // No ticks for 20 s, while B's heartbeats keep coming: A's silence so far stays counted, no more is added.
        for (int i = 2; i < 42; i++) {
            at = at.plus(Duration.ofMillis(500));
            tell(beat(B, 1, i));
        }
        assertEquals(TunnelPhase.READY, phase(A));
        tell(new Tick("successor", 2, 0, TICK));
        for (int i = 1; i <= 5; i++) {
            at = at.plus(TICK);
            tell(new Tick("successor", 2, i, TICK));
        }
        assertEquals(TunnelPhase.HEARTBEAT_TIMEOUT, phase(A));
        assertEquals(TunnelPhase.READY, phase(B));
    }

    @Test
    void aNodeIsNeverTimedOutEarlierThanItsOwnLeaseCountsOn() {
        tick();
        tell(new Heartbeat(
                A,
                new Incarnation(1),
                1,
                DatapathState.READY,
                DatapathFault.NONE,
                0,
                false,
                Duration.ofSeconds(6),
                Optional.empty(),
                Optional.empty(),
                Rules.NEWEST,
                Instant.EPOCH));
        for (int i = 0; i < 24; i++) {
            tick();
            assertEquals(TunnelPhase.READY, phase(A));
        }
        tick();
        assertEquals(TunnelPhase.HEARTBEAT_TIMEOUT, phase(A));
    }

    @Test
    void aSnapshotGivesTheSameFuture() {
        tick();
        tell(beat(A, 1, 1));
        tick();
        var restored = LivenessState.of(state.snapshot(offset));
        assertEquals(state.snapshot(offset), restored.snapshot(offset));
        assertTrue(restored.nodes().contains(A));
    }

    private Optional<Duration> earlierLeasesOver() {
        return events.stream()
                .filter(EarlierLeasesOver.class::isInstance)
                .map(event -> ((EarlierLeasesOver) event).counted())
                .reduce((first, last) -> last);
    }

    @Test
    void earlierLeasesAreOverOnceAfterTheTimeoutAndAPeriod() {
        for (int i = 0; i < 13; i++) {
            tick(); // the first one proves no time
        }
        assertEquals(Optional.empty(), earlierLeasesOver());
        tick();
        assertEquals(Optional.of(Duration.ofMillis(3_250)), earlierLeasesOver());
        events.clear();
        tick();
        assertEquals(List.of(), events);
    }

    /** Nobody can read which lineage it obeys. */
    @Test
    void earlierLeasesRunWhileANodeIsHeardThatNobodyCanRead() {
        for (int i = 0; i < 20; i++) {
            tick();
            tell(new UnreadableRecord(A, Optional.of(Duration.ofSeconds(3))));
        }
        assertEquals(Optional.empty(), earlierLeasesOver());
        for (int i = 0; i < 13; i++) {
            tick();
        }
        assertEquals(1, events.size(), "and it is not told as a node: " + events);
    }

    /**
     * Another machine of this name may hold by what an earlier log granted, and Kafka acknowledges what it says (TWIN
     * and LOGS_MADE_ANEW, law 11, seed 227).
     */
    @Test
    void earlierLeasesRunWhileANamesakeIsHeardThatObeysAnotherLog() {
        tell(new RulesAdopted(Rules.NAMESAKES, Optional.of(HERE)));
        liveFor(13);
        tell(beatFrom("192.168.0.9", 4, 1, ELSEWHERE));
        assertEquals(Optional.of(Ignored.OLDER_INCARNATION), ignored);
        liveFor(12);
        assertEquals(Optional.empty(), earlierLeasesOver());
        tick();
        assertEquals(1, earlierLeasesOver().stream().count());
    }

    /** Seeds 31128, 31473, 31581: what was sent long ago comes at any time, and lengthened the wait each time. */
    @Test
    void aLateHeartbeatOfThisLogDoesNotLengthenTheWait() {
        tell(new RulesAdopted(Rules.NAMESAKES, Optional.of(HERE)));
        liveFor(13);
        tell(beatFrom("192.168.0.1", 4, 1, HERE));
        assertEquals(Optional.of(Ignored.OLDER_INCARNATION), ignored);
        tick();
        assertEquals(1, earlierLeasesOver().stream().count());
    }

    @Test
    void aShorterTimeoutDoesNotShortenTheWaitForEarlierLeases() {
        Timings timings = Timings.DEFAULT;
        tell(new SettingsDeclared(Settings.DEFAULT));
        tell(new SettingsDeclared(Settings.DEFAULT.withTimings(
                new Timings(timings.tunnelUpdatePeriod(), timings.tunnelMonitorPeriod(), Duration.ofSeconds(1)))));
        for (int i = 0; i < 13; i++) {
            tick();
        }
        assertEquals(Optional.empty(), earlierLeasesOver());
    }

    /** A heartbeat that was on its way when the log was made anew may state less than the lease that its node has. */
    @Test
    void whileEarlierLeasesRunNoNodeIsTimedOutSoonerThanByTheLongestTimeoutDeclared() {
        Timings timings = Timings.DEFAULT;
        tell(new SettingsDeclared(Settings.DEFAULT));
        tell(new SettingsDeclared(Settings.DEFAULT.withTimings(
                new Timings(timings.tunnelUpdatePeriod(), timings.tunnelMonitorPeriod(), Duration.ofSeconds(1)))));
        tick();
        tell(beat(A, 1, 1, Duration.ofSeconds(1)));
        for (int i = 0; i < 12; i++) {
            tick();
            assertEquals(TunnelPhase.READY, phase(A), "after " + (i + 1) + " ticks");
        }
        tick();
        assertEquals(Optional.of(Duration.ofMillis(3_250)), earlierLeasesOver());
        tick();
        assertEquals(TunnelPhase.HEARTBEAT_TIMEOUT, phase(A));
    }

    /** One record of nonsense would silence the node for ever, while Kafka goes on renewing its lease. */
    @Test
    void aNumberThatNothingCanFollowIsIgnored() {
        tick();
        tell(beat(A, 5, 7));
        for (Heartbeat nonsense :
                List.of(beat(A, 5, Long.MAX_VALUE), beat(A, Long.MAX_VALUE, 1), beat(B, Long.MAX_VALUE, 1))) {
            tell(nonsense);
            assertEquals(Optional.of(Ignored.IMPLAUSIBLE), ignored);
        }
        tell(beat(A, 5, 8));
        assertEquals(Optional.empty(), ignored);
        tell(beat(A, 1_790_000_000_000L, 500));
        assertEquals(Optional.empty(), ignored);
    }

    @Test
    void aTickerThatNobodyCouldReplaceDoesNotTakeOver() {
        tick();
        tell(new Tick("nonsense", Long.MAX_VALUE, 0, TICK));
        assertEquals(Optional.of(Ignored.REPLACED_TICKER), ignored);
        tick();
        assertEquals(Optional.empty(), ignored);
    }

    /** Agents hear of new rules from another log than this fold, and may do so first. */
    @Test
    void whatTheRulesInForceHaveNoRecordForIsTakenOnceTheyHave() {
        var eth0 = new ParentInterface("eth0", Optional.of(IpAddress.parse("192.168.0.1")), Optional.empty());
        ParentInterface said = eth0.withMode(DatapathMode.ACTS);
        tell(new RulesAdopted(Rules.PATHS));
        tell(beat(A, 1, 1, Duration.ofSeconds(3), Optional.of(said)));
        assertEquals(Optional.of(eth0), lastPhase().parent());
        tell(new RulesAdopted(Rules.MODES));
        tell(beat(A, 1, 2, Duration.ofSeconds(3), Optional.of(said)));
        assertEquals(Optional.of(said), lastPhase().parent());
    }

    @Test
    void anAnswerThatOlderRulesHaveNoWordForIsPassedOnInTheirs() {
        tell(beat(A, 1, 1));
        tell(new DatapathAcknowledged(
                A,
                new Incarnation(1),
                Eip.parse("10.6.1.1"),
                new Epoch(1),
                AckOutcome.FAILED,
                DatapathFault.ADDRESS_IN_USE,
                Optional.of(new MacAddress("02:00:00:00:00:09")),
                Duration.ZERO));
        var passed = (DatapathAcknowledged) events.getLast();
        assertEquals(EipFailure.of(DatapathFault.ADDRESS), passed.failure());
    }

    private TunnelPhaseChanged lastPhase() {
        return (TunnelPhaseChanged) events.stream()
                .filter(TunnelPhaseChanged.class::isInstance)
                .reduce((first, last) -> last)
                .orElseThrow();
    }
}
