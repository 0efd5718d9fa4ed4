package dev.baton.e2e.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** The failover guide as written: what ends a node's right to an EIP, and what does not. */
@NeedsCluster
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class NodeFailoverE2E {
    /** Timeout, tick and heartbeat, and then an established route; doubled for a machine that others use too. */
    private static final Duration GAP = Duration.ofSeconds(9);
    /** Nothing happened at all: what a busy machine costs. */
    private static final Duration NO_GAP = Duration.ofSeconds(1);

    private static final String MOVE =
            ".*Normal +EipMoved +egressgateway/egw1 +eip=10\\.89\\.0\\.56 from=node\\d to=node\\d"
                    + " reason=HOLDER_TIMED_OUT epoch=\\d+ .*";

    private final Egress egress = Egress.shared();
    private final Cluster cluster = egress.cluster;

    /** A fault of the holder is a move to the other node; its repair moves nothing. */
    private void movesOnce(String what, Consumer<String> fault, Consumer<String> repair) {
        egress.settle();
        String before = egress.holder();
        String after = Egress.other(before);
        fault.accept(before);
        try {
            Egress.until(
                    "the server sees the EIP from " + after,
                    () -> egress.holder().equals(after));
            egress.awaitLost(before);
            egress.awaitField("egp policy1", "{.status.node}", after);
            egress.awaitField(
                    "egw egw1", "{.status.nodeList[?(@.name==\"" + after + "\")].eips[0].policies[0].name}", "policy1");
            long gap = egress.server.gap(3).toMillis();
            System.out.println(what + ": EIP from " + before + " to " + after + ", gap " + gap + " ms");
            assertTrue(gap < GAP.toMillis(), gap + " ms without a datagram of a third node's pod");
            egress.assertOnly(Egress.EIP, List.of(before, after));
        } finally {
            repair.accept(before);
        }
        egress.awaitPhase(before, "Ready");
        // Of the sources only the EIP's: pods of a node that boots may start before its agent does.
        egress.assertTurns(Egress.EIP, List.of(before, after));
        egress.settle();
        assertEquals(after, egress.holder(), "nothing moves when the node is back");
        System.out.println(what + ": the longest stall of a connection that stays is now "
                + egress.longestStallMillis("node3") + " ms");
    }

    /** Through all this nothing moves and no datagram is missing. */
    private void movesNothing(String what, Runnable during) {
        egress.settle();
        String holder = egress.holder();
        during.run();
        for (String node : Egress.NODES) {
            long gap = egress.server.gap(Egress.number(node)).toMillis();
            assertTrue(gap < NO_GAP.toMillis(), what + ": " + gap + " ms without a datagram of " + node + "'s pod");
        }
        egress.assertOnly(Egress.EIP, List.of(holder));
    }

    /** First of all: before it starts a container for the second time, a kubelet waits for ten seconds. */
    @Test
    @Order(0)
    void anAgentThatItsKubeletStartsAgainNeverSendsBesideAnother() {
        egress.settle();
        String holder = egress.holder();
        String restarts = restarts(holder);
        egress.killAgent(holder);
        Egress.until("its container is started again", () -> !restarts(holder).equals(restarts));
        egress.server.awaitFlow(Egress.EIP, List.of(1, 2, 3));
        // Whether it was back within its lease depends on the machine: then nothing moved.
        String now = egress.holder();
        egress.assertOnly(Egress.EIP, now.equals(holder) ? List.of(holder) : List.of(holder, now));
        System.out.println("agent killed and started again by its kubelet: EIP on " + holder + ", then on " + now);
    }

    private String restarts(String node) {
        return egress.field(
                "pod -n baton --field-selector spec.nodeName=" + node,
                "{.items[0].status.containerStatuses[0].restartCount}");
    }

    @Test
    @Order(1)
    void whenTheHolderLosesPowerAnotherNodeSendsWithItsEip() {
        movesOnce("power loss", cluster::powerOff, cluster::powerOn);
        String events = egress.events();
        assertTrue(events.contains("HeartbeatTimeout"), events);
        assertTrue(events.lines().anyMatch(line -> line.matches(MOVE)), events);
    }

    @Test
    @Order(2)
    void whenTheAgentIsKilledAndNotStartedAgainTheEipMoves() {
        movesOnce(
                "agent killed",
                node -> {
                    cluster.killProgram(node, "kubelet"); // it would start the agent again, within the lease
                    egress.killAgent(node);
                },
                node -> cluster.startProgram(node, "kubelet"));
    }

    @Test
    @Order(3)
    void whenTheCableOfTheHolderIsPulledTheEipMovesAndDoesNotComeBackWithIt() {
        movesOnce("cable pulled", cluster::pullCable, cluster::plugIn);
    }

    @Test
    @Order(5)
    void whileTheKubeletIsDeadAndTheAgentLivesNothingMoves() {
        movesNothing("kubelet killed", () -> {
            String holder = egress.holder();
            cluster.killProgram(holder, "kubelet");
            try {
                cluster.kubectl("wait --for=condition=Ready=Unknown --timeout=50s node " + holder);
                assertEquals("Ready", egress.field("egt " + holder, "{.status.phase}"));
            } finally {
                cluster.startProgram(holder, "kubelet");
            }
            cluster.kubectl("wait --for=condition=Ready --timeout=50s node " + holder);
        });
    }

    @Test
    @Order(6)
    void whileTheApiServerIsDeadTheEipMovesAllTheSameAndStatusesCatchUp() {
        egress.settle();
        String before = egress.holder();
        String after = Egress.other(before);
        cluster.killProgram(Cluster.CONTROL, "kube-apiserver");
        cluster.powerOff(before);
        try {
            Egress.until(
                    "the server sees the EIP from " + after,
                    () -> egress.holder().equals(after));
            egress.server.awaitFlow(Egress.EIP, List.of(3));
            System.out.println("power loss without API server: EIP from " + before + " to " + after + ", gap "
                    + egress.server.gap(3).toMillis() + " ms");
            assertTrue(
                    cluster.kubectl().run("get", "egt").status() != 0,
                    "the API server answers, so nothing was shown here");
        } finally {
            cluster.startProgram(Cluster.CONTROL, "kube-apiserver");
        }
        long started = System.nanoTime();
        try {
            egress.awaitField("egp policy1", "{.status.node}", after);
            egress.awaitLost(before);
            System.out.println(
                    "statuses have caught up " + Egress.millis(started) + " ms after the API server's start");
            egress.assertOnly(Egress.EIP, List.of(before, after));
        } finally {
            cluster.powerOn(before);
        }
        egress.settle();
        assertEquals(after, egress.holder(), "nothing moves when the node is back");
    }

    @Test
    @Order(7)
    void aDrainByAnnotationMovesTheEipAndNoConnectionEnds() {
        plannedMove(
                "drain",
                "annotate node %s egressgateway.spidernet.io/drain=true",
                "annotate node %s" + " egressgateway.spidernet.io/drain-");
    }

    @Test
    @Order(8)
    void aCordonMovesTheEipAndNoConnectionEnds() {
        plannedMove("cordon", "cordon %s", "uncordon %s");
    }

    @Test
    @Order(9)
    void anAgentThatIsReplacedHasItsEipMovedFirst() {
        plannedMove(
                "agent replaced",
                "-n baton delete pod --field-selector spec.nodeName=%s --wait=false",
                "-n baton rollout status daemonset/baton-agent --timeout=50s");
    }

    private void plannedMove(String what, String begin, String end) {
        egress.settle();
        String before = egress.holder();
        String after = Egress.other(before);
        long ended = egress.endedConnections();
        cluster.kubectl(begin.formatted(before));
        Egress.until(
                "the server sees the EIP from " + after, () -> egress.holder().equals(after));
        egress.awaitField("egp policy1", "{.status.node}", after);
        egress.server.awaitFlow(Egress.EIP, List.of(1, 2, 3));
        cluster.kubectl(end.formatted(before));
        for (String node : Egress.NODES) {
            long gap = egress.server.gap(Egress.number(node)).toMillis();
            System.out.println(what + ": gap of " + node + "'s pod " + gap + " ms");
            assertTrue(gap < NO_GAP.toMillis(), what + ": " + gap + " ms without a datagram of " + node + "'s pod");
        }
        egress.assertOnly(Egress.EIP, List.of(before, after));
        assertEquals(ended, egress.endedConnections(), "connections that ended");
    }
}
