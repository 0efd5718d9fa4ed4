package dev.baton.datapath.linux;

import static dev.baton.datapath.lab.EchoServer.sourceSeen;
import static dev.baton.datapath.lab.Lab.SERVER4;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.DatapathFault;
import dev.baton.datapath.lab.Capture;
import dev.baton.datapath.lab.Lab;
import dev.baton.datapath.lab.TestFleet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The holder has a second interface, and its way out moves there. */
@NeedsRootAndTools
class NewInterfaceTest extends ThreeNodes {
    private static final String FRAMES = "(src host " + TestFleet.EIP4
            + ") or (arp and arp[14:4] = 0x0a0600c8) or (src host " + TestFleet.EIP6 + ")";
    private static final int CHECKS = 40;

    @BeforeEach
    void theHolderHasASecondInterface() {
        lab.in("sw", "ip", "link", "add", "n2b", "type", "veth", "peer", "name", "eth1", "netns", lab.namespace("n2"));
        lab.in("sw", "ip", "link", "set", "n2b", "master", "br0", "up");
        lab.in("n2", "sysctl", "-qw", "net.ipv4.conf.eth1.rp_filter=2", "net.ipv6.conf.eth1.accept_dad=0");
        lab.in("n2", "ip", "link", "set", "eth1", "up");
        lab.in("n2", "ip", "addr", "add", "10.6.0.12/24", "dev", "eth1", "noprefixroute");
        for (int check = 0; check < CHECKS; check++) { // a whole round of what is looked at in turns
            assertEquals(DatapathFault.NONE, datapath(2).check().fault());
        }
        assertEquals(Optional.of(TestFleet.EIP4), sourceSeen(lab, "p2", SERVER4));
    }

    private void theWayOutMoves() {
        lab.in("n2", "ip", "route", "del", "10.6.0.0/24", "dev", "eth0");
        lab.in("n2", "ip", "route", "add", "10.6.0.0/24", "dev", "eth1", "src", "10.6.0.12");
        lab.in("n2", "ip", "route", "replace", "default", "via", SERVER4, "dev", "eth1");
    }

    private void withoutItsLeaseTheHolderIsSilent() throws Exception {
        var capture = new Capture(lab, FRAMES);
        datapath(2).lease().revoke();
        assertEquals(1, lab.serverAsksFor(TestFleet.EIP4));
        assertEquals(Optional.empty(), sourceSeen(lab, "p2", SERVER4));
        assertEquals(List.of(), capture.frames());
    }

    /** A kernel answers for any of its addresses on any of its interfaces. */
    @Test
    void withoutALeaseNoInterfaceAnswersForTheEipBeforeAnyoneHasLooked() throws Exception {
        theWayOutMoves();
        var leased = new Capture(lab, FRAMES);
        assertEquals(1, lab.serverAsksFor(TestFleet.EIP4));
        sourceSeen(lab, "p2", SERVER4); // its answer may go astray: nobody was told yet
        assertTrue(leased.frames().size() > 1, "both interfaces answer");
        withoutItsLeaseTheHolderIsSilent();
    }

    @Test
    void theEipMovesToTheNewInterfaceWithItsFenceAndWithoutLosingTheLease() throws Exception {
        theWayOutMoves();
        Lab.eventually(WITHIN, "the new parent is found", () -> {
            datapath(2).check();
            return datapath(2).parent().orElseThrow().name().equals("eth1");
        });
        assertEquals(DatapathFault.NONE, datapath(2).check().fault());
        assertFalse(lab.in("n2", "ip", "addr", "show", "dev", "eth0").contains(TestFleet.EIP4));
        assertTrue(lab.in("n2", "ip", "addr", "show", "dev", "eth1").contains(TestFleet.EIP4));
        assertTrue(datapath(2).lease().remaining().isPresent(), "the lease went on");
        assertEquals(Optional.of(TestFleet.EIP4), sourceSeen(lab, "p2", SERVER4));

        withoutItsLeaseTheHolderIsSilent();
    }

    @Test
    void anInterfaceThatGoesAwayTakesNothingElseOfTheFenceWithIt() throws Exception {
        lab.in("n2", "ip", "link", "del", "eth1");
        for (int check = 0; check < CHECKS; check++) {
            assertEquals(DatapathFault.NONE, datapath(2).check().fault());
        }
        assertTrue(datapath(2).lease().remaining().isPresent(), "the lease went on");
        assertEquals(Optional.of(TestFleet.EIP4), sourceSeen(lab, "p2", SERVER4));
        datapath(2).lease().revoke();
        assertEquals(Optional.empty(), sourceSeen(lab, "p2", SERVER4));
    }
}
