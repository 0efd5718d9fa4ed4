package dev.baton.heartbeat.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.DatapathFault;
import dev.baton.contract.DatapathState;
import dev.baton.contract.Incarnation;
import dev.baton.contract.NodeId;
import dev.baton.contract.NodeLeaving;
import dev.baton.contract.Rules;
import dev.baton.contract.Timings;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SessionTest {
    private static final NodeId NODE = new NodeId("node1");
    private static final Incarnation FIVE = new Incarnation(5);
    private static final Incarnation SIX = new Incarnation(6);
    private static final long MS = 1_000_000;
    /** A heartbeat every half second under a lease of two. */
    private static final Timings TIMINGS =
            new Timings(Duration.ofMillis(500), Duration.ofMillis(250), Duration.ofSeconds(3));

    private static Session session() {
        return Session.starting(
                NODE,
                Rules.NEWEST,
                TIMINGS,
                new SavedSession(FIVE, OptionalLong.empty(), 0, Duration.ZERO, Optional.empty()),
                0);
    }

    private static Beat.Send beat(Session session, long nowNanos) {
        return assertInstanceOf(Beat.Send.class, session.beat(nowNanos, Instant.EPOCH));
    }

    private static Session granted(long sentNanos) {
        Beat.Send first = beat(session(), sentNanos);
        return first.after().acknowledged(first.heartbeat(), sentNanos + 10 * MS);
    }

    private static NodeReport report(DatapathState state, long atNanos) {
        return new NodeReport(state, DatapathFault.NONE, 3, Optional.empty(), Optional.empty(), atNanos);
    }

    @Test
    void aHeartbeatIsDueAtOnceAndThenAPeriodLater() {
        assertTrue(session().schedule().isDue(0));
        Session after = beat(session(), 0).after();
        assertFalse(after.schedule().isDue(499 * MS));
        assertTrue(after.schedule().isDue(500 * MS));
    }

    @Test
    void anAcknowledgementGrantsTheLeaseFromTheSendTimeOfItsHeartbeat() {
        assertEquals(
                100 * MS + TIMINGS.lease().toNanos(),
                granted(100 * MS).lease().untilNanos().orElseThrow());
    }

    @Test
    void theFirstAcknowledgementMakesAnotherHeartbeatDueWhichWritesTheLeaseDown() {
        Session granted = granted(0);
        assertTrue(granted.schedule().isDue(10 * MS));
        assertEquals(
                granted.lease().untilNanos(), beat(granted, 10 * MS).first().leaseUntilNanos());
        Beat.Send second = beat(granted, 10 * MS);
        assertFalse(second.after()
                .acknowledged(second.heartbeat(), 20 * MS)
                .schedule()
                .isDue(20 * MS));
    }

    @Test
    void aLapsedIncarnationIsSilentUntilTheNextBegins() {
        long end = granted(0).lease().untilNanos().orElseThrow();
        Beat.Silent silent = assertInstanceOf(Beat.Silent.class, granted(0).beat(end, Instant.EPOCH));
        assertTrue(silent.after().lease().isLapsed());
        assertFalse(silent.after().schedule().isDue(end), "silence has its period as well");

        Beat.Send first = beat(silent.after().begun(SIX, end + MS), end + MS);
        assertEquals(SIX, first.heartbeat().heartbeat().incarnation());
        assertEquals(0, first.heartbeat().heartbeat().sequence());
        assertEquals(
                new SavedSession(SIX, OptionalLong.empty(), 500, TIMINGS.lease(), Optional.empty()), first.first());
    }

    @Test
    void whatCannotBeWrittenDownIsNotSentAndItsNumberIsNotUsed() {
        Session withheld = beat(session(), 0).ifNotWritten();
        assertFalse(withheld.schedule().isDue(0), "it is tried again with the next heartbeat");
        Beat.Send next = beat(withheld, 500 * MS);
        assertEquals(0, next.heartbeat().heartbeat().sequence());
        assertEquals(500, next.first().sequenceLimit());
    }

    @Test
    void aRestartNumbersItsHeartbeatsAboveAllThatWereSent() {
        Session running = session();
        for (int sent = 0; sent < 501; sent++) {
            running = beat(running, sent).after();
        }
        SavedSession saved = running.saved();
        assertEquals(1000, saved.sequenceLimit());
        Session restarted = Session.starting(NODE, Rules.NEWEST, TIMINGS, saved, MS);
        assertEquals(1000, beat(restarted, MS).heartbeat().heartbeat().sequence());
    }

    @Test
    void aRestartGoesOnWithALeaseThatRunsAndWithNoOther() {
        SavedSession saved = granted(0).saved();
        long end = saved.leaseUntilNanos().orElseThrow();
        assertEquals(
                saved.leaseUntilNanos(),
                Session.starting(NODE, Rules.NEWEST, TIMINGS, saved, end - 1)
                        .lease()
                        .untilNanos());
        Lease over = Session.starting(NODE, Rules.NEWEST, TIMINGS, saved, end).lease();
        assertEquals(Lease.of(FIVE), over);
    }

    @Test
    void anAcknowledgementOfAnotherIncarnationGrantsNothing() {
        Beat.Send old = beat(session(), 0);
        Session six = old.after().begun(SIX, MS);
        assertSame(six, six.acknowledged(old.heartbeat(), 2 * MS));
    }

    @Test
    void anIncarnationThatDoesNotExceedTheLastCannotBegin() {
        assertThrows(IllegalStateException.class, () -> session().begun(FIVE, 0));
    }

    @Test
    void newsDoesNotWaitForThePeriodAndAnOffsetIsNoNews() {
        Session after = beat(session(), 0).after().reporting(report(DatapathState.READY, MS), MS);
        assertTrue(after.schedule().isDue(MS));
        Session told = beat(after, MS).after();
        var further =
                new NodeReport(DatapathState.READY, DatapathFault.NONE, 4, Optional.empty(), Optional.empty(), 2 * MS);
        assertFalse(told.reporting(further, 2 * MS).schedule().isDue(2 * MS));
    }

    /** Heartbeats on time, the first at once, the last at {@code nanos}. */
    private static Session beatenUntil(Session session, long nanos) {
        Session beaten = session;
        for (long at = 0;
                at <= nanos;
                at += session.terms().wanted().tunnelUpdatePeriod().toNanos()) {
            beaten = beat(beaten, at).after();
        }
        return beaten;
    }

    @Test
    void aLoopThatHangsFirstLosesItsRenewalsAndSilencesTheNodeAfterAWholeTimeout() {
        Session ready = session().reporting(report(DatapathState.READY, 0), 0);
        assertFalse(beatenUntil(ready, 1500 * MS).isStuck(1500 * MS), "half of the timeout");
        Session stuck = beatenUntil(ready, 3000 * MS);
        assertTrue(stuck.isStuck(1500 * MS + 1));
        assertInstanceOf(Beat.Send.class, stuck.beat(3000 * MS, Instant.EPOCH));
        var silent = assertInstanceOf(Beat.Silent.class, stuck.beat(3000 * MS + 1, Instant.EPOCH));
        assertTrue(silent.after().lease().isLapsed(), "for good, in this incarnation");
        assertInstanceOf(Beat.Send.class, stuck.progressed(2900 * MS).beat(3000 * MS + 1, Instant.EPOCH));
    }

    @Test
    void aProcessThatGotNoProcessorDoesNotCallItsLoopStuck() {
        Session ready = beatenUntil(session().reporting(report(DatapathState.READY, 0), 0), 1000 * MS);
        assertEquals(
                DatapathState.READY,
                beat(ready, 9000 * MS).heartbeat().heartbeat().datapath());
    }

    @Test
    void aLoopIsGivenASecondHoweverShortTheTimeout() {
        var fast = new Timings(Duration.ofMillis(50), Duration.ofMillis(25), Duration.ofMillis(300));
        Session session = beatenUntil(Session.starting(NODE, Rules.NEWEST, fast, SavedSession.NONE, 0), 1000 * MS);
        assertFalse(session.isStuck(1000 * MS));
        assertTrue(session.isStuck(1000 * MS + 1));
    }

    @Test
    void aNodeThatLeavesSaysSoWithEveryHeartbeatAndComesBackAsAnotherIncarnation() {
        Session leaving = granted(0).leaving(10 * MS);
        Beat.Send beat = beat(leaving, 10 * MS);
        assertEquals(Optional.of(new NodeLeaving(NODE, FIVE)), beat.farewell());
        assertEquals(OptionalLong.empty(), beat.first().leaseUntilNanos());

        Session heard = beat.after().farewellHeard(FIVE);
        assertEquals(Session.Farewell.HEARD, heard.farewell());
        assertEquals(
                Optional.of(new NodeLeaving(NODE, FIVE)), beat(heard, 510 * MS).farewell());
    }

    @Test
    void theWordOfAnEarlierIncarnationThatItLeavesIsNotThisOnes() {
        Session six = session().leaving(0).begun(SIX, MS);
        assertEquals(Session.Farewell.SAID, six.farewellHeard(FIVE).farewell());
        assertEquals(Session.Farewell.HEARD, six.farewellHeard(SIX).farewell());
    }

    @Test
    void aShorterTimeoutRenewsByItAtOnceAndStatesItOnceNoLongerLeaseRuns() {
        var shorter = new Timings(Duration.ofMillis(200), Duration.ofMillis(100), Duration.ofSeconds(1));
        Session wanting = granted(0).wanting(shorter, 10 * MS);
        assertTrue(wanting.schedule().isDue(210 * MS), "within the shorter period");
        Beat.Send soon = beat(wanting, 210 * MS);
        assertEquals(Duration.ofSeconds(3), soon.heartbeat().heartbeat().evictionTimeout());
        long end = wanting.lease().untilNanos().orElseThrow();
        Beat.Send later = beat(wanting, end - shorter.lease().toNanos());
        assertEquals(Duration.ofSeconds(1), later.heartbeat().heartbeat().evictionTimeout());
    }

    @Test
    void whoGoesOnWithALeaseStatesATimeoutThatCoversAllThatTheKernelWasGranted() {
        Session resumed =
                Session.starting(NODE, Rules.NEWEST, TIMINGS, granted(0).saved(), 100 * MS);
        long kernel = Duration.ofSeconds(40).toNanos();
        Session longer = resumed.resumed(100 * MS + kernel, 100 * MS);
        Duration stated = beat(longer, 100 * MS).heartbeat().heartbeat().evictionTimeout();
        assertTrue(stated.toNanos() >= kernel, () -> "stated " + stated);
    }
}
