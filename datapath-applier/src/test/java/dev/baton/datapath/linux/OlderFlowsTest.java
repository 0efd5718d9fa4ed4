package dev.baton.datapath.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.AssignmentStep;
import dev.baton.contract.Eip;
import dev.baton.datapath.lab.Capture;
import dev.baton.datapath.lab.EchoServer;
import dev.baton.datapath.lab.Lab;
import dev.baton.datapath.lab.PodFlow;
import dev.baton.datapath.lab.TestFleet;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What becomes of flows that are older than a change of what is wanted, beyond their source ({@link
 * OlderFlowsTableTest}).
 */
@NeedsRootAndTools
class OlderFlowsTest extends ThreeNodes {
    private static final String PODS_OWN = "src net 10.244.0.0/16 or src net fd44::/16";

    private final List<PodFlow> flows = new ArrayList<>();

    @AfterEach
    void close() {
        flows.forEach(PodFlow::close);
    }

    private void flowOfEachPod() {
        for (int n = 1; n <= NODES; n++) {
            flows.add(new PodFlow(lab, n, Lab.SERVER4));
            flows.add(new PodFlow(lab, n, Lab.SERVER6));
        }
    }

    private void allBecome(Optional<Eip> eip) {
        for (PodFlow flow : flows) {
            becomes(flow, eip);
        }
    }

    private void becomes(PodFlow flow, Optional<Eip> eip) {
        String source = flow.isIpv6()
                ? eip.flatMap(Eip::ipv6).map(Object::toString).orElse("fd06::" + flow.node())
                : eip.flatMap(Eip::ipv4).map(Object::toString).orElse("10.6.0." + flow.node());
        becomes(flow, source);
    }

    /** It cannot go on from another address; told so, its client connects again instead of waiting. */
    @Test
    void aTcpConnectionIsResetWhenItsPolicyEndsAndNoSegmentOfItLeavesWithThePodsAddress() throws Exception {
        List<Socket> connections = connectionsOfAllPods();
        askAll(connections);
        var segment = new Capture(lab, PODS_OWN);

        fleet.policyRemoved();
        appliedEverywhere();

        for (Socket connection : connections) {
            var reset = assertThrows(IOException.class, () -> {
                EchoServer.ask(connection);
                EchoServer.ask(connection);
            });
            assertTrue(String.valueOf(reset.getMessage()).contains("reset"), reset::toString);
            connection.close();
        }
        repeatAnnouncements();
        for (int n = 1; n <= NODES; n++) {
            try (Socket again = EchoServer.connect(lab, "p" + n, Lab.SERVER4)) {
                assertEquals("10.6.0." + n, EchoServer.ask(again));
            }
        }
        assertEquals(List.of(), segment.frames());
    }

    /** Its flow was translated once, the policy is gone, and with the EIP freed no lease is asked for any more. */
    @Test
    void afterAnEipIsFreedNothingLeavesWithIt() throws Exception {
        flowOfEachPod();
        allBecome(Optional.of(TestFleet.EIP));
        fleet.policyRemoved();
        applied(2);
        flows.forEach(PodFlow::ask);

        fleet.assign(AssignmentStep.RELEASE, 2, Optional.empty());
        applied(2);
        assertFalse(lab.in("n2", "conntrack", "-L").contains("dst=" + TestFleet.EIP4 + " "));
        assertFalse(lab.in("n2", "conntrack", "-L", "-f", "ipv6").contains("dst=" + TestFleet.EIP6 + " "));
        fleet.freed();
        applied(2);

        var segment = new Capture(lab, "src " + TestFleet.EIP4 + " or src " + TestFleet.EIP6);
        for (int i = 0; i < 10; i++) {
            flows.forEach(PodFlow::send);
        }
        becomes(flows.get(2), Optional.empty());
        assertEquals(List.of(), segment.frames());
    }

    /** Whatever marked it otherwise: here somebody's own rule does. */
    @Test
    void aHolderThatLetsGoForgetsConnectionsWhateverTheirMarks() throws Exception {
        flowOfEachPod();
        allBecome(Optional.of(TestFleet.EIP));
        lab.in("n2", "conntrack", "-U", "-q", TestFleet.EIP4, "--mark", "7");

        fleet.assign(AssignmentStep.RELEASE, 2, Optional.empty());
        applied(2);

        assertFalse(lab.in("n2", "conntrack", "-L").contains("dst=" + TestFleet.EIP4 + " "));
    }
}
