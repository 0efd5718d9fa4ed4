package dev.baton.datapath.linux;

import static dev.baton.datapath.lab.Lab.SERVER4;
import static dev.baton.datapath.lab.Lab.SERVER6;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.AssignmentStep;
import dev.baton.datapath.lab.Capture;
import dev.baton.datapath.lab.Lab;
import dev.baton.datapath.lab.PodFlow;
import dev.baton.datapath.lab.Sending;
import dev.baton.datapath.lab.TestFleet;
import dev.baton.datapath.linux.fence.FenceForm;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the fence stopped until now does not leave when the fence, or its knowledge of an EIP, goes. */
@NeedsRootAndTools
class FenceTakenAwayTest extends ThreeNodes {
    private static final String ANY = "(src host " + TestFleet.EIP4 + ") or (src host " + TestFleet.EIP6 + ")";

    /** The node may ask for its next hop with the EIP until it lets go. */
    private static final String DATAGRAMS = "udp and (" + ANY + ")";

    @Override
    FenceForm form() {
        return FenceForm.NETDEV;
    }

    /** Their packets stand in the queue behind postrouting, before the hook where the fence is. */
    private void packetsWaitForTheServersLinkAddress(PodFlow... flows) {
        lab.in(
                "ext",
                "nft",
                "table netdev silent { chain in { type filter hook ingress device \"eth0\" priority 0; "
                        + "meta protocol arp drop; icmpv6 type nd-neighbor-solicit drop; }; }");
        lab.in("n2", "ip", "neigh", "flush", "dev", "eth0");
        Lab.eventually(WITHIN, "packets wait", () -> {
            for (PodFlow flow : flows) {
                flow.send();
            }
            return neighbours("incomplete").containsAll(List.of(SERVER4, SERVER6));
        });
    }

    private List<String> neighbours(String state) {
        return lab.in("n2", "ip", "neigh", "show", "dev", "eth0", "nud", state)
                .lines()
                .map(line -> line.substring(0, line.indexOf(' ')))
                .toList();
    }

    private void theServerTellsItsLinkAddress() {
        lab.in("ext", "nft", "delete", "table", "netdev", "silent");
        lab.serverAsksFor("10.6.0.2", "fd06::2");
        Lab.eventually(
                WITHIN,
                "the node knows the server's link-layer address",
                () -> !neighbours("incomplete").contains(SERVER4)
                        && !neighbours("incomplete").contains(SERVER6)
                        && !neighbours("failed").contains(SERVER4)
                        && !neighbours("failed").contains(SERVER6));
    }

    private void anotherNodeTakesOverWhilePacketsWait() throws Exception {
        var silent = new Capture(lab, DATAGRAMS);
        try (var ipv4 = new PodFlow(lab, 2, SERVER4);
                var ipv6 = new PodFlow(lab, 2, SERVER6)) {
            fleet.assign(AssignmentStep.PREPARE, 2, Optional.of(3));
            appliedEverywhere();
            packetsWaitForTheServersLinkAddress(ipv4, ipv6);
            fleet.assign(AssignmentStep.RELEASE, 2, Optional.of(3));
            applied(2);
            theServerTellsItsLinkAddress();
        }
        assertEquals(List.of(), silent.frames());
    }

    @Test
    void packetsThatWaitForANeighbourDoNotLeaveOnceTheEipWasLetGo() throws Exception {
        anotherNodeTakesOverWhilePacketsWait();
    }

    @Test
    void norDoTheyOnAnOlderKernel() throws Exception {
        nextAgent(2, options(2, FenceForm.INET)).open(Set.of(TestFleet.EIP));
        datapath(2).lease().begin(System.nanoTime() + 10 * WITHIN.toNanos());
        anotherNodeTakesOverWhilePacketsWait();
    }

    @Test
    void packetsThatWaitForANeighbourDoNotLeaveWhenTheFormChanges() throws Exception {
        datapath(2).lease().revoke();
        var silent = new Capture(lab, ANY);
        try (var ipv4 = new PodFlow(lab, 2, SERVER4);
                var ipv6 = new PodFlow(lab, 2, SERVER6)) {
            packetsWaitForTheServersLinkAddress(ipv4, ipv6);
            nextAgent(2, options(2, FenceForm.INET)).open(Set.of(TestFleet.EIP));
            theServerTellsItsLinkAddress();
        }
        assertEquals(List.of(), silent.frames());
    }

    /** Another machine may have the address from then on. */
    @Test
    void packetsThatWaitForANeighbourDoNotLeaveFromAnAddressThatIsNoEipAnyMore() throws Exception {
        var silent = new Capture(lab, DATAGRAMS);
        try (var ipv4 = new PodFlow(lab, 2, SERVER4);
                var ipv6 = new PodFlow(lab, 2, SERVER6)) {
            packetsWaitForTheServersLinkAddress(ipv4, ipv6);
            fleet.policyRemoved();
            fleet.freed();
            applied(2);
            theServerTellsItsLinkAddress();
        }
        assertEquals(List.of(), silent.frames());
    }

    /** Its connections are translated by other programs' rules as well, so the kernel goes on to translate. */
    @Test
    void nothingLeavesFromAnEipWhenEverythingIsRemovedWhilePodsSend() throws Exception {
        try (var ipv4 = new PodFlow(lab, 2, SERVER4);
                var ipv6 = new PodFlow(lab, 2, SERVER6)) {
            becomes(ipv4, TestFleet.EIP4);
            becomes(ipv6, TestFleet.EIP6);
            datapath(2).lease().revoke();
            var silent = new Capture(lab, ANY);
            packetsWaitForTheServersLinkAddress(ipv4, ipv6);
            try (var _ = new Sending(ipv4, ipv6)) {
                nextAgent(2, options(2)).cleanup();
                theServerTellsItsLinkAddress();
            }
            Lab.eventually(
                    WITHIN,
                    "the pods are heard from the node's address",
                    () -> ipv4.ask().equals(Optional.of("10.6.0.2"))
                            && ipv6.ask().equals(Optional.of("fd06::2")));
            assertEquals(List.of(), silent.frames());
        }
        assertTrue(lab.in("n2", "nft", "list", "tables").lines().noneMatch(line -> line.contains("baton")));
    }
}
