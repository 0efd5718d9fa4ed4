package dev.baton.heartbeat.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.Incarnation;
import dev.baton.contract.Timings;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LeaseTermsTest {
    private static final Timings TIMINGS = Timings.DEFAULT;

    private static Lease running(Duration left) {
        return Lease.restored(new Incarnation(7), left.toNanos());
    }

    /** The settings said 6 s when the lease was given; a new process knows only its default of 3 s. */
    @Test
    void statesATimeoutThatCoversALongerLeaseOfAnEarlierProcess() {
        Lease lease = running(Duration.ofMillis(5_900));
        LeaseTerms terms = LeaseTerms.restored(TIMINGS, lease, 0).settled(lease, 0);
        assertTrue(terms.stated().lease().compareTo(Duration.ofMillis(5_900)) >= 0);
        assertEquals(TIMINGS.lease(), terms.length());
    }

    @Test
    void statesTheShorterTimeoutOnceTheLongerLeaseNoLongerReachesBeyondIt() {
        Lease lease = running(Duration.ofMillis(5_900));
        LeaseTerms terms = LeaseTerms.restored(TIMINGS, lease, 0);
        long later = Duration.ofMillis(3_000).toNanos();
        assertEquals(TIMINGS, terms.settled(lease, later).stated());
    }

    @Test
    void statesItsOwnTimeoutForALeaseThatIsNotLonger() {
        assertEquals(LeaseTerms.of(TIMINGS), LeaseTerms.restored(TIMINGS, running(Duration.ofMillis(900)), 0));
    }

    /**
     * Settings go from long to short and back. The log has a heartbeat that states the short timeout, and then one is
     * acknowledged that was sent before it: by its long timeout the lease would outlast the silence after the other.
     */
    @Test
    void anAcknowledgementOfWhatWasSentBeforeAShorterTimeoutGrantsNoMoreThanThatOne() {
        Timings longer =
                new Timings(TIMINGS.tunnelUpdatePeriod(), TIMINGS.tunnelMonitorPeriod(), Duration.ofSeconds(6));
        Lease lease = running(Duration.ofMillis(900));
        LeaseTerms before = LeaseTerms.of(longer);
        LeaseTerms shorter = before.wanting(TIMINGS).settled(lease, 100);
        LeaseTerms again = shorter.wanting(longer).settled(lease, 200);
        assertEquals(longer.lease(), again.length());
        assertEquals(TIMINGS.lease(), again.lengthFor(before, 50));
        assertEquals(longer.lease(), again.lengthFor(again, 200));
    }

    /** A heartbeat of 10.711550009 s could not be written, and ended the agent. */
    @Test
    void statesWholeMillisecondsWhateverIsLeftOfTheLease() {
        Lease lease = Lease.restored(new Incarnation(7), 7_123_456_789L);
        Duration stated = LeaseTerms.restored(TIMINGS, lease, 0).stated().eipEvictionTimeout();
        assertEquals(Duration.ofMillis(stated.toMillis()), stated);
    }

    /**
     * A session is written before each heartbeat, so it tells of the lease before that one was acknowledged. Settings
     * were lengthened, the first heartbeat under them was acknowledged, and the process died before it wrote the next
     * session.
     */
    @Test
    void coversWhatTheKernelWasGrantedAfterTheSessionWasWritten() {
        Lease written = running(Duration.ofMillis(900));
        Lease granted = written.reaching(Duration.ofMillis(5_900).toNanos());
        LeaseTerms terms = LeaseTerms.restored(TIMINGS, granted, 0).settled(granted, 0);
        assertTrue(terms.stated().lease().compareTo(Duration.ofMillis(5_900)) >= 0);
        assertEquals(written, written.reaching(Duration.ofMillis(100).toNanos()), "the kernel may have less");
        assertEquals(
                written.lapsed(),
                written.lapsed().reaching(Duration.ofMillis(5_900).toNanos()));
    }
}
