package dev.baton.datapath.linux;

import static dev.baton.datapath.lab.EchoServer.PORT;
import static dev.baton.datapath.lab.EchoServer.sourceSeen;
import static dev.baton.datapath.lab.Lab.SERVER4;
import static dev.baton.datapath.lab.Lab.SERVER6;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.AssignmentStep;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.Eip;
import dev.baton.contract.PolicyId;
import dev.baton.datapath.lab.EchoServer;
import dev.baton.datapath.lab.TestFleet;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** An EIP that is somebody else's address already: it must not harm those who have nothing to do with it. */
@NeedsRootAndTools
class MistakenEipTest extends ThreeNodes {
    private static final String SERVICE4 = "10.96.0.1";
    private static final String SERVICE6 = "fd96::1";

    /** The API server's address, as kube-proxy translates it on every node. */
    private void serviceOnEachNode() {
        for (int n = 1; n <= NODES; n++) {
            for (String chain : List.of("PREROUTING", "OUTPUT")) {
                lab.in(
                        "n" + n,
                        ("iptables -w -t nat -A " + chain + " -d " + SERVICE4 + " -j DNAT --to-destination " + SERVER4)
                                .split(" "));
                lab.in(
                        "n" + n,
                        ("ip6tables -w -t nat -A " + chain + " -d " + SERVICE6 + " -j DNAT --to-destination " + SERVER6)
                                .split(" "));
            }
        }
    }

    private void eipThatNoPolicyUses(String eip) {
        fleet = new TestFleet(NODES, Eip.parse(eip), List.of());
        for (int n = 1; n <= NODES; n++) {
            fleet.view(n).policyRemoved(PolicyId.parse("default/web"));
        }
        fleet.assign(AssignmentStep.HELD, 2, Optional.empty());
    }

    @Test
    void anEipAtAServicesAddressCutsNoPodOffFromTheService() throws Exception {
        serviceOnEachNode();
        eipThatNoPolicyUses(SERVICE4 + "+" + SERVICE6);
        for (int n = 1; n <= NODES; n++) {
            assertEquals(Optional.of(TestFleet.EIP4), sourceSeen(lab, "p" + n, SERVICE4), "before, pod of n" + n);
        }

        appliedEverywhere();

        for (int n = 1; n <= NODES; n++) {
            String pod = "p" + n;
            assertEquals(Optional.of("10.6.0." + n), sourceSeen(lab, pod, SERVICE4), "UDP of the pod of n" + n);
            assertEquals(Optional.of("fd06::" + n), sourceSeen(lab, pod, SERVICE6), "UDP of the pod of n" + n);
            for (String service : List.of(SERVICE4, SERVICE6)) {
                try (Socket connection = EchoServer.connect(lab, pod, service)) {
                    assertTrue(EchoServer.ask(connection).endsWith(Integer.toString(n)), pod);
                }
            }
            assertEquals(0, datapath(n).check().leaksStopped(), "an answer of the service is no leak");
        }
    }

    /** kube-proxy's IPVS mode has every service's address on the node. */
    @Test
    void anEipAtAnAddressThatTheNodeServesCutsNoPodOffFromIt() throws Exception {
        lab.in("n1", "ip", "addr", "add", SERVICE4 + "/32", "dev", "lo");
        eipThatNoPolicyUses(SERVICE4);

        applied(1);

        try (DatagramSocket service = lab.make("n1", () -> new DatagramSocket(PORT, InetAddress.getByName(SERVICE4)))) {
            service.setSoTimeout(2_000);
            sourceSeen(lab, "p1", SERVICE4);
            var question = new DatagramPacket(new byte[1], 1);
            service.receive(question);
            assertEquals("10.244.1.10", question.getAddress().getHostAddress());
        }
    }

    @Test
    void anEipAtANodesOwnAddressIsHeldByNoNodeAndTheNodeStaysReachable() throws Exception {
        eipThatNoPolicyUses("10.6.0.1");
        for (int holder : List.of(2, 1)) {
            fleet.assign(AssignmentStep.HELD, holder, Optional.empty());

            var report = datapath(holder).apply(fleet.desired(holder));

            assertEquals(DatapathFault.ADDRESS, report.results().getLast().fault(), report.toString());
            assertTrue(report.results().getLast().detail().contains("[10.6.0.1] is a node's own address"));
            for (int n = 1; n <= NODES; n++) {
                datapath(n).apply(fleet.desired(n));
            }
            assertEquals(Optional.of("10.6.0.1"), sourceSeen(lab, "n1", SERVER4), "held by n" + holder);
            assertEquals(Optional.of("10.6.0.1"), sourceSeen(lab, "p1", SERVER4), "held by n" + holder);
        }
    }
}
