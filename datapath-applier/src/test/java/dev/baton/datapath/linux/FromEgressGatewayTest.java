package dev.baton.datapath.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.AssignmentStep;
import dev.baton.contract.DatapathFault;
import dev.baton.datapath.lab.Capture;
import dev.baton.datapath.lab.EchoServer;
import dev.baton.datapath.lab.EgressGatewayNode;
import dev.baton.datapath.lab.Lab;
import dev.baton.datapath.lab.PodFlow;
import dev.baton.datapath.lab.Sending;
import dev.baton.datapath.lab.TestFleet;
import dev.baton.datapath.linux.nft.TrafficForm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Nodes that EgressGateway programmed are taken over one after the other, the holder in the middle, while all pods
 * send: nothing leaves with another source, no connection ends, the VXLAN device stays, and EgressGateway's chains and
 * sets go. Then they go back to it in the same way.
 */
@NeedsRootAndTools
class FromEgressGatewayTest {
    private static final int NODES = 3;
    private static final int HOLDER = 2;
    private static final Duration WITHIN = Duration.ofSeconds(10);

    private final TestFleet fleet = new TestFleet(NODES);
    private final Map<Integer, LinuxDatapath> datapaths = new HashMap<>();
    private final List<EgressGatewayNode> before = new ArrayList<>();
    private Lab lab = new Lab(0);
    private EchoServer server = new EchoServer(lab);

    @BeforeEach
    void egressGatewayRuns() throws Exception {
        server.close();
        lab.close();
        lab = new Lab(NODES);
        server = new EchoServer(lab);
        fleet.assign(AssignmentStep.HELD, HOLDER, Optional.empty());
        for (int n = 1; n <= NODES; n++) {
            before.add(new EgressGatewayNode(lab, n, NODES, HOLDER));
            before.getLast().start();
        }
    }

    @AfterEach
    void everythingGoes() throws Exception {
        datapaths.values().forEach(LinuxDatapath::close);
        server.close();
        lab.close();
    }

    private void takenOver(int n, TrafficForm form) throws Exception {
        takenOver(n, form, () -> {});
    }

    /** @param meanwhile what happens between the parts of the change */
    private void takenOver(int n, TrafficForm form, Runnable meanwhile) throws Exception {
        Optional.ofNullable(datapaths.remove(n)).ifPresent(LinuxDatapath::close);
        var datapath = new LinuxDatapath(
                new LinuxOptions(Optional.empty(), Optional.of(lab.namespace("n" + n)), Optional.empty(), form));
        datapaths.put(n, datapath);
        datapath.onProgress(meanwhile);
        datapath.open();
        datapath.lease().begin(System.nanoTime() + Duration.ofSeconds(60).toNanos());
        var report = datapath.apply(fleet.desired(n));
        report.results().forEach(result -> assertEquals(DatapathFault.NONE, result.fault(), report::toString));
    }

    private String device(int n) {
        return lab.in("n" + n, "ip", "-o", "link", "show", "dev", "egress.vxlan");
    }

    /** A number that the kernel gives once. */
    private List<String> devices() {
        return IntStream.rangeClosed(1, NODES)
                .mapToObj(n -> device(n).substring(0, device(n).indexOf(':')))
                .toList();
    }

    @Test
    void nodesAreTakenOverUnderTraffic() throws Exception {
        var flows = new ArrayList<PodFlow>();
        var connections = new ArrayList<Socket>();
        for (int n = 1; n <= NODES; n++) {
            flows.add(new PodFlow(lab, n, Lab.SERVER4));
            connections.add(EchoServer.connect(lab, "p" + n, Lab.SERVER4));
        }
        flows.forEach(this::leavesWithTheEip);
        for (Socket connection : connections) {
            assertEquals(TestFleet.EIP4, EchoServer.ask(connection));
        }
        List<String> devices = devices();
        var segment = new Capture(lab, "ip and not src net 10.6.0.0/24");
        var nodes = new Capture(lab, "ip and dst host 10.6.0.100 and src net 10.6.0.0/29 and not icmp");

        for (int n : List.of(1, HOLDER, 3)) {
            before.get(n - 1).stop();
            takenOver(n, TrafficForm.IPTABLES);
            flows.forEach(this::leavesWithTheEip);
        }
        assertEquals(List.of(), segment.frames(), "pods' own addresses");
        assertEquals(List.of(), nodes.frames(), "nodes' addresses");
        assertEquals(devices, devices());
        for (Socket connection : connections) {
            assertGoesOn(connection);
        }
        for (int n = 1; n <= NODES; n++) {
            assertNothingIsLeft("n" + n, ":EGRESSGATEWAY-REPLY-ROUTING");
            takenOver(n, TrafficForm.NFT);
        }
        flows.forEach(this::leavesWithTheEip);
        for (int n = 1; n <= NODES; n++) {
            assertNothingIsLeft("n" + n, "EGRESSGATEWAY");
        }
        for (int n : List.of(3, HOLDER, 1)) {
            handedOver(n);
            flows.forEach(this::leavesWithTheEip);
        }
        assertEquals(List.of(), segment.frames(), "pods' own addresses, after the way back");
        assertEquals(List.of(), nodes.frames(), "nodes' addresses, after the way back");
        assertEquals(devices, devices());
        for (Socket connection : connections) {
            assertGoesOn(connection);
            connection.close();
        }
        flows.forEach(PodFlow::close);
    }

    /** Until its rules are gone, EgressGateway's mark connections as they know them, and new ones begin by them. */
    @Test
    void aConnectionThatEgressGatewayMarksWhileItsRulesAreReplacedGoesOn() throws Exception {
        var connections = new ArrayList<Socket>();
        for (int n = 1; n <= NODES; n++) {
            connections.add(EchoServer.connect(lab, "p" + n, Lab.SERVER4));
            assertEquals(TestFleet.EIP4, EchoServer.ask(connections.getLast()));
        }
        for (int n : List.of(1, HOLDER, 3)) {
            before.get(n - 1).stop();
            var times = new AtomicInteger();
            takenOver(n, TrafficForm.IPTABLES, () -> {
                if (lab.in("n" + n, "iptables-save").contains(":EGRESSGATEWAY-REPLY-ROUTING")) {
                    lab.in("n" + n, "sh", "-c", "conntrack -U -p tcp -d " + Lab.SERVER4 + " --mark 0 || true");
                    connections.forEach(FromEgressGatewayTest::write);
                    times.incrementAndGet();
                }
            });
            assertTrue(times.get() > 1, "times that it marked meanwhile");
            for (Socket connection : connections) {
                assertGoesOn(connection);
            }
        }
        for (Socket connection : connections) {
            connection.close();
        }
    }

    private void takenOverByNft() throws Exception {
        for (int n = 1; n <= NODES; n++) {
            before.get(n - 1).stop();
            takenOver(n, TrafficForm.IPTABLES);
            takenOver(n, TrafficForm.NFT);
        }
    }

    /**
     * Baton's mark of a connection of the node's own pod ends in the number of the EIP, which EgressGateway's rules
     * would take for the first node's.
     */
    @Test
    void noAnswerToAPodOfTheHolderIsSentToAnotherNodeOnTheWayBack() throws Exception {
        takenOverByNft();
        try (var flow = new PodFlow(lab, HOLDER, Lab.SERVER4)) {
            leavesWithTheEip(flow);
            lab.in(
                    "n1",
                    "nft",
                    "table ip astray { counter met { }; chain in { type filter hook prerouting priority -400; "
                            + "iifname egress.vxlan ip daddr 10.244." + HOLDER + ".10 counter name met; }; }");
            try (var _ = new Sending(flow)) {
                handedOver(HOLDER);
            }
            String met = lab.in("n1", "nft", "list counter ip astray met");
            assertTrue(met.contains("packets 0 "), met);
        }
    }

    /** While both agents' rules stand, either marks connections as it knows them. */
    @Test
    void connectionsGoOnWhileEgressGatewayProgramsTheNodesAgain() throws Exception {
        takenOverByNft();
        var connections = new ArrayList<Socket>();
        for (int n = 1; n <= NODES; n++) {
            try (var flow = new PodFlow(lab, n, Lab.SERVER4)) {
                leavesWithTheEip(flow);
            }
            connections.add(EchoServer.connect(lab, "p" + n, Lab.SERVER4));
        }
        for (int n : List.of(3, HOLDER, 1)) {
            before.get(n - 1).start();
            for (Socket connection : connections) {
                assertGoesOn(connection);
            }
            handedOverTo(n);
            for (Socket connection : connections) {
                assertGoesOn(connection);
            }
        }
        for (Socket connection : connections) {
            connection.close();
        }
    }

    private static void write(Socket connection) {
        try {
            connection.getOutputStream().write("?\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** EgressGateway's agent programs the node, and only then does Baton take away what is its own. */
    private void handedOver(int n) throws Exception {
        assertFalse(Optional.ofNullable(datapaths.get(n)).orElseThrow().isProgrammedByEgressGateway());
        before.get(n - 1).start();
        handedOverTo(n);
    }

    private void handedOverTo(int n) throws Exception {
        LinuxDatapath datapath = Optional.ofNullable(datapaths.remove(n)).orElseThrow();
        // The lab's EgressGateway has no IPv6, and the EIP has an address of it: the holder's agent would go on
        // waiting.
        assertEquals(n != HOLDER, datapath.isProgrammedByEgressGateway());
        datapath.handOver();
        datapath.close();
        String left =
                lab.in("n" + n, "nft", "list", "tables") + lab.in("n" + n, "ip", "-o", "addr", "show", "dev", "eth0");
        assertFalse(left.contains("baton") || left.contains(TestFleet.EIP4), left);
    }

    private void assertNothingIsLeft(String node, String text) {
        String rules = lab.in(node, "iptables-save") + lab.in(node, "ipset", "list", "-n");
        for (String one : List.of(text, "a1b2c3d4e5f607182", "acceptForward001", "jumpToSnatEip001")) {
            assertFalse(rules.contains(one), () -> one + " is left on " + node + ":\n" + rules);
        }
    }

    private void leavesWithTheEip(PodFlow flow) {
        Lab.eventually(WITHIN, flow + " leaves with the EIP", () -> {
            boolean there = flow.ask().equals(Optional.of(TestFleet.EIP4));
            if (!there) {
                datapaths.values().forEach(LinuxDatapath::check);
            }
            return there;
        });
    }

    private static void assertGoesOn(Socket connection) throws IOException {
        connection.setSoTimeout((int) WITHIN.toMillis());
        assertEquals(TestFleet.EIP4, EchoServer.ask(connection));
    }
}
