package dev.baton.datapath.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.Eip;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.lab.Lab;
import dev.baton.datapath.lab.TestFleet;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * No authority outlives its lease for long: the fence stops a dead agent's frames, and if somebody takes the fence
 * away, the address is gone soon.
 */
@NeedsRootAndTools
class AddressLifetimeTest extends ThreeNodes {
    private static final Duration LEASE = Duration.ofMillis(800);

    private String addresses() {
        return lab.in("n2", "ip", "-o", "addr", "show", "dev", "eth0");
    }

    private boolean hasEip() {
        String shown = addresses();
        return shown.contains(TestFleet.EIP4 + "/32") && shown.contains(TestFleet.EIP6 + "/128");
    }

    private static long until() {
        return System.nanoTime() + LEASE.toNanos();
    }

    /** As an agent does that is well. */
    private void renewAndLook() {
        try {
            datapath(2).lease().renew(until());
            assertEquals(List.of(), datapath(2).check().repaired());
        } catch (DatapathException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theAddressesStayWhileTheLeaseIsRenewedAndGoSoonAfterItEnded() throws Exception {
        assertTrue(hasEip(), addresses());
        datapath(2).lease().begin(until());
        long enough = System.nanoTime() + Duration.ofSeconds(6).toNanos();
        Lab.eventually(Duration.ofSeconds(10), "a lifetime and more has passed", () -> {
            renewAndLook();
            assertTrue(hasEip(), addresses());
            return System.nanoTime() - enough > 0;
        });
        // Now nobody renews or looks any more, and somebody loads the firewall anew.
        lab.in("n2", "nft", "flush", "ruleset");
        Lab.eventually(
                Duration.ofSeconds(8),
                "the addresses are gone",
                () -> !addresses().contains(TestFleet.EIP4) && !addresses().contains(TestFleet.EIP6));
    }

    /** Its agent was dead when somebody loaded the firewall anew, and starts before the address is gone by itself. */
    @Test
    void anAgentThatStartsDeniesWhatItRemembersBeforeItHasReadAnything() throws Exception {
        Eip eip = Eip.parse(TestFleet.EIP4 + "+" + TestFleet.EIP6);
        LinuxDatapath next = nextAgent(2, options(2));
        lab.in("n2", "nft", "flush", "ruleset");
        assertTrue(hasEip(), addresses());

        next.open(Set.of(eip));

        assertFalse(hasEip(), addresses());
        for (String fenced : List.of(TestFleet.EIP4, TestFleet.EIP6)) {
            assertTrue(lab.in("n2", "nft", "list table " + fence()).contains(fenced), fenced);
        }
    }

    /** An upgrade costs no packet. */
    @Test
    void anAgentThatStartsWithinItsLeaseTouchesNothing() throws Exception {
        Eip eip = Eip.parse(TestFleet.EIP4 + "+" + TestFleet.EIP6);
        LinuxDatapath next = nextAgent(2, options(2));

        next.open(Set.of(eip));

        assertTrue(hasEip(), addresses());
        assertTrue(next.lease().remaining().isPresent());
    }
}
