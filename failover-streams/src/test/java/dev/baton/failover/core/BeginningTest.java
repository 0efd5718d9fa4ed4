package dev.baton.failover.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.AssignmentStep;
import dev.baton.contract.Beginning;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.EarlierLeasesOver;
import dev.baton.contract.FleetEvent;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.Incarnation;
import dev.baton.contract.Lineage;
import dev.baton.contract.PhaseReason;
import dev.baton.contract.PolicyDeclared.AllocatorPolicy;
import dev.baton.contract.Rules;
import dev.baton.contract.Sequenced;
import dev.baton.contract.Sequenced.Origin;
import dev.baton.contract.Sequenced.Source;
import dev.baton.contract.Settings;
import dev.baton.contract.SettingsDeclared;
import dev.baton.contract.Timings;
import dev.baton.contract.TunnelPhase;
import dev.baton.contract.TunnelPhaseChanged;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a log does not know of the one before it, it waits out. */
class BeginningTest {
    private static final Lineage THIS = Lineage.of(1);
    private static final Lineage OTHER = Lineage.of(2);
    private static final Duration WAIT = Beginnings.wait(Settings.DEFAULT);

    private final FleetStory story = new FleetStory();

    private void tell(FleetEvent event, Lineage drawn) {
        var origin = new Origin(Source.HEARTBEATS, story.log.size(), 0);
        story.tell(new Sequenced(story.state.fleet(), Optional.of(origin), event, Optional.of(drawn)));
    }

    private void phase(int node, long incarnation, TunnelPhase phase, Lineage obeyed) {
        tell(
                new TunnelPhaseChanged(
                        FleetStory.node(node),
                        new Incarnation(incarnation),
                        phase,
                        PhaseReason.NEW_INCARNATION,
                        DatapathFault.NONE,
                        0,
                        Optional.empty(),
                        Optional.of(obeyed),
                        Rules.NEWEST,
                        0,
                        Duration.ZERO),
                THIS);
    }

    private void begin() {
        tell(new SettingsDeclared(Settings.DEFAULT), THIS);
        story.gateway("10.6.1.0/28").node(1, false).node(2, false).policy("p", AllocatorPolicy.RR);
    }

    private boolean isGiven() {
        FleetEip eip = story.state.eips().values().getFirst();
        return eip.assignment().step() == AssignmentStep.ACQUIRE;
    }

    @Test
    void theFirstEntryDrawsTheLineageAndNoOther() {
        begin();
        tell(new EarlierLeasesOver(WAIT), OTHER);
        assertEquals(Optional.of(THIS), story.state.lineage());
    }

    @Test
    void noEipIsGivenBeforeEarlierLeasesAreOver() {
        begin();
        phase(1, 1, TunnelPhase.READY, THIS);
        phase(2, 1, TunnelPhase.READY, THIS);
        assertEquals(Beginning.EARLIER_LEASES_RUN, story.state.beginning());
        assertTrue(!isGiven());
        tell(new EarlierLeasesOver(WAIT), THIS);
        assertEquals(Beginning.OVER, story.state.beginning());
        assertTrue(isGiven());
    }

    @Test
    void aNodeThatObeysAnotherLineageIsWaitedForUntilItIsAnotherIncarnation() {
        begin();
        phase(1, 7, TunnelPhase.READY, OTHER);
        phase(2, 1, TunnelPhase.READY, THIS);
        tell(new EarlierLeasesOver(WAIT), THIS);
        assertEquals(Beginning.OTHERS_ARE_HEARD, story.state.beginning());
        assertTrue(!isGiven());
        phase(1, 8, TunnelPhase.READY, THIS);
        assertTrue(isGiven());
    }

    @Test
    void aNodeThatObeysAnotherLineageIsWaitedForUntilItIsTimedOut() {
        begin();
        phase(1, 7, TunnelPhase.READY, OTHER);
        phase(2, 1, TunnelPhase.READY, THIS);
        tell(new EarlierLeasesOver(WAIT), THIS);
        phase(1, 7, TunnelPhase.HEARTBEAT_TIMEOUT, OTHER);
        assertTrue(isGiven());
    }

    @Test
    void aLongerTimeoutThatIsDeclaredBeforeTheFirstEpochIsWaitedForToo() {
        begin();
        tell(new EarlierLeasesOver(WAIT), THIS);
        Timings timings = Timings.DEFAULT;
        var longer = new Timings(timings.tunnelUpdatePeriod(), timings.tunnelMonitorPeriod(), Duration.ofMinutes(1));
        tell(new SettingsDeclared(Settings.DEFAULT.withTimings(longer)), THIS);
        phase(1, 1, TunnelPhase.READY, THIS);
        phase(2, 1, TunnelPhase.READY, THIS);
        tell(new EarlierLeasesOver(WAIT), THIS);
        assertTrue(!isGiven(), "that was counted for the shorter one");
        tell(new EarlierLeasesOver(Duration.ofSeconds(61)), THIS);
        assertTrue(isGiven());
    }

    /** An upgrade moves nothing, and waits for nothing. */
    @Test
    void aLogOfAnOlderReleaseGetsALineageAndGoesOn() {
        story.gateway("10.6.1.0/28").node(1, true).policy("p", AllocatorPolicy.RR);
        assertTrue(isGiven());
        phase(1, 1, TunnelPhase.READY, THIS);
        assertEquals(Optional.of(THIS), story.state.lineage());
        assertEquals(Beginning.OVER, story.state.beginning());
    }
}
