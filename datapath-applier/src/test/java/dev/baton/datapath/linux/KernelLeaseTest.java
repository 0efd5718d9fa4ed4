package dev.baton.datapath.linux;

import static dev.baton.datapath.lab.EchoServer.sourceSeen;
import static dev.baton.datapath.lab.Lab.SERVER4;
import static dev.baton.datapath.lab.Lab.SERVER6;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.DatapathFault;
import dev.baton.datapath.KernelLease;
import dev.baton.datapath.lab.Capture;
import dev.baton.datapath.lab.Lab;
import dev.baton.datapath.lab.TestFleet;
import dev.baton.datapath.linux.fence.FenceLease;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The lease that the kernel keeps. */
@NeedsRootAndTools
class KernelLeaseTest extends ThreeNodes {
    @Test
    void aLeaseThatIsNotRenewedSilencesTheNodeByItselfAndCannotBeRevived() throws Exception {
        KernelLease lease = datapath(2).lease();
        lease.revoke();
        assertEquals(Optional.empty(), sourceSeen(lab, "p1", SERVER4), "revoked");

        var capture = new Capture(
                lab,
                "ether proto 0x86dd and src host " + TestFleet.EIP6 + " or (src host " + TestFleet.EIP4
                        + ") or (arp and arp[14:4] = 0x0a0600c8)");
        long until = System.nanoTime() + Duration.ofMillis(2500).toNanos();
        double expiry = System.currentTimeMillis() / 1000.0 + 2.5;
        lease.begin(until);
        Lab.eventually(WITHIN, "open", () -> sourceSeen(lab, "p1", SERVER4).equals(Optional.of(TestFleet.EIP4)));
        Lab.eventually(WITHIN, "silence", () -> sourceSeen(lab, "p1", SERVER4).isEmpty());
        assertEquals(Optional.empty(), sourceSeen(lab, "p2", SERVER6));
        datapath(2).check(); // would repeat announcements
        double last = capture.lastFrame();
        System.out.printf("last frame %.1f ms before the lease's end%n", (expiry - last) * 1000);
        assertTrue(last <= expiry + 0.002, "frame " + (last - expiry) + " s after the lease");

        assertEquals(Optional.empty(), lease.remaining());
        assertEquals(
                KernelLease.Renewal.LAPSED,
                lease.renew(System.nanoTime() + Duration.ofSeconds(5).toNanos()));
        assertEquals(Optional.empty(), lease.remaining());
        assertEquals(Optional.empty(), sourceSeen(lab, "p1", SERVER4));
    }

    @Test
    void aRenewalExtendsALeaseThatRuns() throws Exception {
        KernelLease lease = datapath(2).lease();
        long begin = System.nanoTime();
        for (int i = 0; i < 100; i++) {
            long until = System.nanoTime() + Duration.ofSeconds(3 + i % 2).toNanos();
            KernelLease.Renewal renewal = lease.renew(until);
            assertTrue(renewal != KernelLease.Renewal.LAPSED);
            long left = lease.remaining().orElseThrow().toMillis();
            assertTrue(left <= 4000 && left > 1500, "left " + left);
        }
        System.out.println("renewal and read-back took " + (System.nanoTime() - begin) / 100_000 + " us each");
        assertEquals(KernelLease.Renewal.TOO_LATE, lease.renew(System.nanoTime() - 1));
    }

    @Test
    void aRenewalThatSleptBetweenReadingTheClockAndTheChangeIsRefused() throws Exception {
        var sleepy = new FenceLease(Optional.of(lab.namespace("n2")), form().families(), () -> {
            long read = System.nanoTime();
            Lab.eventually(WITHIN, "60 ms", () -> System.nanoTime() - read > 60_000_000);
            return read;
        });
        Duration before = sleepy.remaining().orElseThrow();
        assertEquals(
                KernelLease.Renewal.TOO_LATE,
                sleepy.renew(System.nanoTime() + Duration.ofSeconds(600).toNanos()));
        assertTrue(sleepy.remaining().orElseThrow().compareTo(before) < 0, "the old lease runs on");
        sleepy.close();
    }

    @Test
    void withdrawingStopsEverythingAndTheNextIncarnationBlocks() throws Exception {
        datapath(2).withdraw();
        assertEquals(Optional.empty(), sourceSeen(lab, "p1", SERVER4));
        var report = datapath(2).apply(fleet.view(2).desired(TestFleet.OWN.next()));
        assertEquals(DatapathFault.NONE, report.results().getFirst().fault());
        datapath(2).lease().begin(System.nanoTime() + Duration.ofSeconds(60).toNanos());
        assertEquals(Optional.empty(), sourceSeen(lab, "p1", SERVER4), "no assignment names this incarnation");
        assertTrue(!lab.in("n2", "ip", "-o", "addr", "show", "dev", "eth0").contains("/32"));
    }
}
