package dev.baton.e2e.kube.table;

import static dev.baton.e2e.kube.table.EgressGatewayTableCluster.gatewayOf;
import static dev.baton.e2e.kube.table.EgressGatewayTableCluster.policyOf;
import static dev.baton.e2e.kube.table.EgressGatewayTableRow.here;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.AssignmentStep;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.e2e.Eventually;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/** Rows of nodes that fail, return and change. One story: each row begins where the one before ended. */
final class OtherProjectsNodes {
    private static final String NODE = "{.status.node}";
    private static final String NAMES = "{.status.nodeList[*].name}";
    private static final String RR = "egressIP: {allocatorPolicy: rr}, ";
    private static final String PHASE = "{.status.phase}";

    private final EgressGatewayTableCluster cluster;
    private String held = "";
    private String eip = "";

    OtherProjectsNodes(EgressGatewayTableCluster cluster) {
        this.cluster = cluster;
    }

    List<EgressGatewayTableRow> rows() {
        return List.of(
                here(30, "holder's kubelet silent, agent alive: nothing moves (there: moves)", () -> {
                    cluster.label("node node1 node2", "row=nodes");
                    cluster.apply(
                            gatewayOf("r26", "ipv4: [10.22.26.1-10.22.26.3]", "{row: nodes}"),
                            policyOf("r26", "r26", RR));
                    held = cluster.awaitNode("r26");
                    eip = cluster.field("egp r26", "{.status.eip.ipv4}");
                    var before = cluster.settled("r26");
                    nodeSeen(() -> cluster.fleet.ready(held, number(held), false));
                    assertEquals(before, cluster.settled("r26"));
                    assertEquals("Ready", cluster.field("egt " + held, PHASE));
                    nodeSeen(() -> cluster.fleet.ready(held, number(held), true));
                    assertEquals(before, cluster.settled("r26"));
                }),
                here(33, "unrelated annotation or label of a node: nothing is declared, nothing moves", () -> {
                    var before = cluster.settled("r26");
                    long declared = declared();
                    nodeSeen(() -> cluster.kubectl
                            .run("annotate", "node", "node1", "node2", "node3", "unrelated=yes")
                            .succeeded());
                    assertEquals(declared, declared());
                    assertEquals(before, cluster.settled("r26"));
                }),
                here(27, "all nodes silent: nobody holds it, no node is shown, the EIP stays its policy's", () -> {
                    cluster.settled("r26");
                    cluster.fleet.killAgent(held);
                    cluster.becomes(other(held), "egp r26", NODE);
                    cluster.settled("r26");
                    cluster.fleet.killAgent(other(held));
                    cluster.becomes("", "egp r26", NODE);
                    assertEquals(eip, cluster.field("egp r26", "{.status.eip.ipv4}"));
                }),
                here(90, "nobody left to hold it: said by event and condition", () -> {
                    cluster.becomes(
                            "EIP_WITHOUT_HOLDER", "egp r26", "{.status.conditions[?(@.type==\"Degraded\")].reason}");
                    cluster.awaits(
                            "events --field-selector=reason=EipUnassigned,involvedObject.name=r26",
                            "{.items[*].message}",
                            "tells of it",
                            text -> text.contains("eip=" + eip + " from=" + other(held) + " to=nobody"));
                }),
                here(28, "the first that returns gets the same EIP", () -> {
                    cluster.fleet.startAgent(held);
                    cluster.becomes(held, "egp r26", NODE);
                    assertEquals(eip, cluster.field("egp r26", "{.status.eip.ipv4}"));
                }),
                here(29, "the other returns: the EIP stays", () -> {
                    var before = cluster.settled("r26");
                    cluster.fleet.startAgent(other(held));
                    cluster.becomes("Ready", "egt " + other(held), PHASE);
                    assertEquals(before, cluster.settled("r26"));
                }),
                here(
                        42,
                        "all down, then back one by one: the same EIP on the first of them, and there it stays",
                        () -> {
                            assertEquals(eip, cluster.field("egp r26", "{.status.eip.ipv4}"));
                            assertEquals(held, cluster.node("r26"));
                        }),
                here(31, "silent and not Ready: nobody's until both are well again", () -> {
                    cluster.apply(
                            gatewayOf("r31", "ipv4: [10.22.31.1]", "{kubernetes.io/hostname: node3}"),
                            policyOf("r31", "r31", ""));
                    cluster.becomes("node3", "egp r31", NODE);
                    cluster.settled("r31");
                    cluster.fleet.killAgent("node3");
                    cluster.fleet.ready("node3", 3, false);
                    cluster.becomes("", "egp r31", NODE);
                    cluster.becomes("NodeNotReady", "egt node3", PHASE);
                    nodeSeen(() -> cluster.fleet.ready("node3", 3, true));
                    cluster.becomes("HeartbeatTimeout", "egt node3", PHASE);
                    assertEquals("", cluster.node("r31"));
                    cluster.fleet.startAgent("node3");
                    cluster.becomes("node3", "egp r31", NODE);
                }),
                here(34, "a node comes back and is changed at the same time: it is there again", () -> {
                    cluster.settled("r31");
                    cluster.fleet.killAgent("node3");
                    cluster.becomes("HeartbeatTimeout", "egt node3", PHASE);
                    var changes = Thread.ofPlatform().start(() -> {
                        for (int i = 0; i < 10; i++) {
                            cluster.label("node node3", "change=" + i);
                        }
                    });
                    cluster.fleet.startAgent("node3");
                    changes.join();
                    cluster.becomes("Ready", "egt node3", PHASE);
                    cluster.becomes("node3", "egp r31", NODE);
                }),
                here(37, "set of nodes shrinks: what was on the one that left moves at once", () -> {
                    cluster.settled("r26");
                    cluster.label("node " + held, "row-");
                    cluster.becomes(other(held), "egp r26", NODE);
                    cluster.becomes(other(held), "egw r26", NAMES);
                }),
                here(57, "label taken from the active node, also of a policy with useNodeIP: both move", () -> {
                    cluster.label("node " + held, "row=nodes");
                    cluster.apply(policyOf("r57", "r26", "egressIP: {useNodeIP: true}, "));
                    String node = cluster.awaitNode("r57");
                    cluster.settled("r26");
                    cluster.label("node " + node, "row-");
                    cluster.becomes(other(node), "egp r57", NODE);
                    cluster.becomes(other(node), "egp r26", NODE);
                    cluster.becomes(other(node), "egw r26", NAMES);
                }),
                here(93, "three EIPs, seven nodes, one fails: one a node before and after", this::sevenNodes),
                here(
                        5,
                        "one address in two gateways: refused at the door; without a door-keeper refused by the"
                                + " coordinator, and after a restart too: one owner",
                        this::twoOwners));
    }

    private static String other(String node) {
        return node.equals("node1") ? "node2" : "node1";
    }

    private static int number(String node) {
        return Integer.parseInt(node.substring("node".length()));
    }

    private long declared() {
        return cluster.fleet.state().declarationsOrigin().orElseThrow().offset();
    }

    /** Changes a node, and waits until the bridge has seen that and gone a round. */
    private void nodeSeen(Runnable change) {
        long before = events("Node");
        change.run();
        Eventually.holds(Eventually.LONG, "the bridge sees the node", () -> events("Node") > before);
        long refreshed = events("EgressTunnel");
        Eventually.holds(Eventually.LONG, "and shows something since", () -> events("EgressTunnel") > refreshed + 1);
    }

    private long events(String kind) {
        return cluster.bridge().counters().get("baton_bridge_watch_events_total", "kind", kind);
    }

    private void sevenNodes() throws IOException {
        List<String> four = List.of("node4", "node5", "node6", "node7");
        for (String node : four) {
            cluster.fleet.addNode(node, number(node), "seven: 'yes'");
        }
        cluster.fleet.reviveAgents(four);
        cluster.label("node node1 node2 node3", "seven=yes");
        cluster.apply(gatewayOf("r93", "ipv4: [10.22.93.1-10.22.93.3]", "{seven: 'yes'}"));
        for (String policy : List.of("r93a", "r93b", "r93c")) {
            cluster.apply(policyOf(policy, "r93", RR));
        }
        List<String> holders = oneEach();
        // One of the four nodes; all others hold EIPs of other rows.
        cluster.fleet.killAgent(holders.getFirst());
        Eventually.holds(
                Eventually.LONG, "another holds its EIP", () -> !holders().contains(holders.getFirst()));
        List<String> after = oneEach();
        assertTrue(after.containsAll(holders.subList(1, 3)), () -> holders + " became " + after);
    }

    private List<String> oneEach() {
        Eventually.holds(
                Eventually.LONG,
                "three nodes hold one each",
                () -> holders().stream().distinct().count() == 3);
        return holders();
    }

    /** Sorted. */
    private List<String> holders() {
        return cluster.fleet.state().eips().values().stream()
                .map(FleetEip::assignment)
                .filter(eip -> eip.gateway().toString().equals("r93") && eip.step() == AssignmentStep.HELD)
                .flatMap(eip -> eip.holder().stream())
                .map(holder -> holder.node().toString())
                .sorted()
                .collect(Collectors.toList());
    }

    private void twoOwners() {
        String accepted = "{.status.conditions[?(@.type==\"Accepted\")].status}/"
                + "{.status.conditions[?(@.type==\"Accepted\")].reason}";
        cluster.apply(gatewayOf("r5", "ipv4: [10.22.5.1]"), policyOf("r5", "r5", ""));
        cluster.awaitNode("r5");
        var before = cluster.settled("r5");
        String second = gatewayOf("r5b", "ipv4: [10.22.5.1]");
        cluster.refuses("10.22.5.1 is in the pool of gateway r5 too", second);
        cluster.withoutAdmission();
        Eventually.holds(
                Eventually.LONG,
                "it gets past admission",
                () -> cluster.kubectl.apply(second).status() == 0);
        cluster.becomes("False/POOL_OVERLAPS_GATEWAY", "egw r5b", accepted);
        String version = cluster.field("egw r5b", "{.metadata.resourceVersion}");
        cluster.withoutBridge(() -> {});
        cluster.apply(policyOf("r5c", "r5", ""));
        cluster.awaitNode("r5c");
        assertEquals("False/POOL_OVERLAPS_GATEWAY", cluster.field("egw r5b", accepted));
        assertEquals(version, cluster.field("egw r5b", "{.metadata.resourceVersion}"), "its status was not touched");
        assertEquals(before, cluster.settled("r5"));
    }
}
