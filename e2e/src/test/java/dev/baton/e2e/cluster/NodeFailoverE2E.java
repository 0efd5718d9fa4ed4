package dev.baton.e2e.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
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
    /** Timeout, tick and heartbeat, and then the new route; doubled, because the machine may be busy. */
    private static final Duration GAP = Duration.ofSeconds(9);
    /** The gap that a busy machine causes although nothing failed. */
    private static final Duration NO_GAP = Duration.ofSeconds(1);
    /** The same over minutes; every failover takes longer. */
    private static final Duration STEADY = Duration.ofSeconds(2);

    private static final List<String> ELECTED = List.of("kube-controller-manager", "kube-scheduler");
    /** How long the API server is away: longer than any pause of a bridge between two attempts. */
    private static final Duration OUTAGE = Duration.ofSeconds(40);

    private static final String MOVE =
            ".*Normal +EipMoved +egressgateway/egw1 +eip=10\\.89\\.0\\.56 from=node\\d to=node\\d"
                    + " reason=HOLDER_TIMED_OUT epoch=\\d+ .*";

    private static final int VXLAN_PORT = 7789;
    /** Seven probes, half a second apart, and the move take four seconds and a half; more if the machine is busy. */
    private static final Duration NOTICED = Duration.ofSeconds(7);

    private static final String READY_REASON =
            "{.status.conditions[?(@.type==\"Ready\")].status}" + " {.status.conditions[?(@.type==\"Ready\")].reason}";

    private final EgressSetup egress = EgressSetup.shared();
    private final Cluster cluster = egress.cluster;

    /** A fault of the holder moves its EIP to the other node; the repair moves nothing. */
    private void movesOnce(String what, Consumer<String> fault, Consumer<String> repair) {
        egress.settle();
        String before = egress.holder();
        String after = EgressSetup.other(before);
        fault.accept(before);
        try {
            egress.awaitHolder(after);
            egress.awaitLost(before);
            egress.awaitField("egp policy1", "{.status.node}", after);
            egress.awaitField(
                    "egw egw1", "{.status.nodeList[?(@.name==\"" + after + "\")].eips[0].policies[0].name}", "policy1");
            long gap = egress.server.gap(3).toMillis();
            System.out.println(what + ": EIP from " + before + " to " + after + ", gap " + gap + " ms");
            assertTrue(gap < GAP.toMillis(), gap + " ms without a datagram of a third node's pod");
            egress.assertOnly(EgressSetup.EIP, List.of(before, after));
        } finally {
            repair.accept(before);
        }
        egress.awaitPhase(before, "Ready");
        // Only the turns of the EIP are asserted, because pods of a booting node may start before its agent.
        egress.assertTurns(EgressSetup.EIP, List.of(before, after));
        egress.settle();
        assertEquals(after, egress.holder(), "nothing moves when the node is back");
        System.out.println(what + ": the longest stall of a connection that stays is now "
                + egress.longestStallMillis("node3") + " ms");
    }

    /** Asserts that nothing moves and no datagram is missing in the meantime. */
    private void movesNothing(String what, Runnable during) {
        egress.settle();
        String holder = egress.holder();
        during.run();
        for (String node : EgressSetup.NODES) {
            long gap = egress.server.gap(EgressSetup.number(node)).toMillis();
            assertTrue(gap < NO_GAP.toMillis(), what + ": " + gap + " ms without a datagram of " + node + "'s pod");
        }
        egress.assertOnly(EgressSetup.EIP, List.of(holder));
    }

    /** Runs first, because a kubelet waits ten seconds before it starts a container for the second time. */
    @Test
    @Order(0)
    void anAgentThatItsKubeletStartsAgainNeverSendsBesideAnother() {
        egress.settle();
        String holder = egress.holder();
        String restarts = restarts(holder);
        egress.killAgent(holder);
        EgressSetup.until(
                "its container is started again", () -> !restarts(holder).equals(restarts));
        egress.server.awaitFlow(EgressSetup.EIP, List.of(1, 2, 3));
        // It depends on the machine whether the agent is back within its lease. If it is, nothing moves.
        String now = egress.holder();
        egress.assertOnly(EgressSetup.EIP, now.equals(holder) ? List.of(holder) : List.of(holder, now));
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
                    cluster.killProgram(node, "kubelet"); // or it would start the agent again, within the lease
                    egress.killAgent(node);
                },
                node -> cluster.startProgram(node, "kubelet"));
    }

    @Test
    @Order(3)
    void whenTheCableOfTheHolderIsPulledTheEipMovesAndDoesNotComeBackWithIt() {
        movesOnce("cable pulled", cluster::pullCable, cluster::plugIn);
    }

    /** Its heartbeats go on: only the probes of the other two nodes show that no pod of theirs gets through. */
    @Test
    @Order(4)
    void whenTheHoldersTunnelIsClosedTheEipMovesAlthoughItsAgentIsWell() {
        egress.settle();
        String before = egress.holder();
        String after = EgressSetup.other(before);
        cluster.in(before, "nft add table inet closed");
        cluster.in(before, "nft add chain inet closed in { type filter hook input priority -300 ; }");
        cluster.in(before, "nft add rule inet closed in udp dport " + VXLAN_PORT + " drop");
        try {
            egress.awaitHolder(after);
            egress.awaitField("egt " + before, READY_REASON, "True UNREACHABLE");
            long gap = egress.server.gap(3).toMillis();
            System.out.println("tunnel closed: EIP from " + before + " to " + after + ", gap " + gap + " ms");
            assertTrue(gap < NOTICED.toMillis(), gap + " ms without a datagram of a third node's pod");
            String events = egress.events();
            assertTrue(events.contains("reason=HOLDER_UNREACHABLE"), events);
            egress.assertOnly(EgressSetup.EIP, List.of(before, after));
        } finally {
            cluster.in(before, "nft delete table inet closed");
        }
        egress.awaitField("egt " + before, READY_REASON, "True DATAPATH_READY");
        egress.settle();
        assertEquals(after, egress.holder(), "nothing moves when the node is reached again");
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
        String after = EgressSetup.other(before);
        List<Integer> left = List.of(EgressSetup.number(after), 3);
        Instant dead = Instant.now();
        cluster.killProgram(Cluster.CONTROL, "kube-apiserver");
        // With Leases to renew, these programs would end by themselves. Left running, they look again only half a
        // minute or more after the API server is back: they take living nodes for dead and schedule no pods.
        ELECTED.forEach(program -> cluster.killProgram(Cluster.CONTROL, program));
        cluster.powerOff(before);
        try {
            try {
                egress.awaitHolder(after);
                egress.server.awaitFlow(EgressSetup.EIP, left);
                long gap = egress.server.gap(3).toMillis();
                System.out.println(
                        "power loss without API server: EIP from " + before + " to " + after + ", gap " + gap + " ms");
                assertTrue(gap < GAP.toMillis(), gap + " ms without a datagram of a third node's pod");
                egress.assertOnly(EgressSetup.EIP, List.of(before, after));
                goesOn(after, left, dead.plus(OUTAGE));
            } finally {
                cluster.startProgram(Cluster.CONTROL, "kube-apiserver");
                EgressSetup.until("the API server answers", this::apiServerAnswers);
                ELECTED.forEach(program -> cluster.startProgram(Cluster.CONTROL, program));
            }
            catchesUp(before, after);
            // Kubelets watch again only after as long, too; until then they start and end no pods.
            left.forEach(node -> cluster.killProgram("node" + node, "kubelet"));
            left.forEach(node -> cluster.startProgram("node" + node, "kubelet"));
            egress.assertOnly(EgressSetup.EIP, List.of(after));
        } finally {
            cluster.powerOn(before);
        }
        long on = System.nanoTime();
        egress.awaitPhase(before, "Ready");
        System.out.println(before + " is Ready again " + EgressSetup.millis(on) + " ms after its start");
        egress.settle();
        assertEquals(after, egress.holder(), "nothing moves when the node is back");
    }

    private boolean apiServerAnswers() {
        return cluster.kubectl().run("get", "--raw", "/readyz").status() == 0;
    }

    /**
     * Until then one node sends with the EIP, no datagram is missing, and no part of Baton suffers from the missing API
     * server.
     */
    private void goesOn(String holder, List<Integer> nodes, Instant until) {
        List<String> agents = nodes.stream().map(this::agent).toList();
        egress.server.begin();
        for (Instant now = Instant.now(); now.isBefore(until); now = Instant.now()) {
            egress.server.awaitFlow(EgressSetup.EIP, nodes, now.plusSeconds(1));
            egress.assertOnly(EgressSetup.EIP, List.of(holder));
        }
        assertFalse(apiServerAnswers(), "the API server answers, so nothing was shown here");
        for (int node : nodes) {
            long gap = egress.server.gap(node).toMillis();
            assertTrue(gap < STEADY.toMillis(), gap + " ms without a datagram of node" + node + "'s pod");
        }
        assertEquals(agents, nodes.stream().map(this::agent).toList(), "agents' processes");
        egress.product.services.assertRun();
        String why = egress.product.services.baton("why " + EgressSetup.EIP);
        assertTrue(why.contains(holder), why);
    }

    private String agent(int node) {
        return cluster.in("node" + node, "pgrep", "-f", "dev.baton.launcher.Baton agent");
    }

    /** Waits until kubectl shows the present state instead of an earlier one. */
    private void catchesUp(String before, String after) {
        long begin = System.nanoTime();
        egress.awaitField("egp policy1", "{.status.node}", after);
        System.out.println("policy has caught up " + EgressSetup.millis(begin) + " ms after the API server answers");
        egress.awaitField(
                "egw egw1", "{.status.nodeList[?(@.name==\"" + after + "\")].eips[0].policies[0].name}", "policy1");
        egress.awaitField("egw egw1", "{.status.nodeList[?(@.name==\"" + before + "\")].eips[*].ipv4}", "");
        System.out.println("gateway has caught up " + EgressSetup.millis(begin) + " ms after the API server answers");
        egress.awaitLost(before);
        System.out.println("tunnel has caught up " + EgressSetup.millis(begin) + " ms after the API server answers");
        EgressSetup.until(
                "the move is told as an event",
                () -> egress.events()
                        .lines()
                        .anyMatch(line -> line.matches(MOVE) && line.contains("from=" + before + " to=" + after)));
        System.out.println("statuses have caught up " + EgressSetup.millis(begin) + " ms after the API server answers");
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
        String after = EgressSetup.other(before);
        long ended = egress.endedConnections();
        cluster.kubectl(begin.formatted(before));
        egress.awaitHolder(after);
        egress.awaitField("egp policy1", "{.status.node}", after);
        egress.server.awaitFlow(EgressSetup.EIP, List.of(1, 2, 3));
        cluster.kubectl(end.formatted(before));
        for (String node : EgressSetup.NODES) {
            long gap = egress.server.gap(EgressSetup.number(node)).toMillis();
            System.out.println(what + ": gap of " + node + "'s pod " + gap + " ms");
            assertTrue(gap < NO_GAP.toMillis(), what + ": " + gap + " ms without a datagram of " + node + "'s pod");
        }
        egress.assertOnly(EgressSetup.EIP, List.of(before, after));
        assertEquals(ended, egress.endedConnections(), "connections that ended");
    }
}
