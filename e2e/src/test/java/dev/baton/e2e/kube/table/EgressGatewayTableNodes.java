package dev.baton.e2e.kube.table;

import static dev.baton.e2e.kube.table.EgressGatewayTableCluster.NODES;
import static dev.baton.e2e.kube.table.EgressGatewayTableCluster.gatewayOf;
import static dev.baton.e2e.kube.table.EgressGatewayTableCluster.policyOf;
import static dev.baton.e2e.kube.table.EgressGatewayTableRow.here;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.EipMoveRequested;
import dev.baton.contract.IpAddress;
import dev.baton.contract.NodeId;
import dev.baton.contract.RefusalReason;
import dev.baton.e2e.Eventually;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Rows of nodes that fail, return, come and go. One story: each row begins where the one before ended. */
final class EgressGatewayTableNodes {
    private static final List<String> POLICIES = List.of("p44a", "p44b", "p44c");
    private static final String RR = "egressIP: {allocatorPolicy: rr}, ";
    private static final String NODE_LIST = "{range .status.nodeList[*]}{.name} {.status} {.eips[*].ipv4};{end}";
    private static final String TUNNEL =
            "{.status.tunnel.mac} {.status.tunnel.ipv4} {.status.tunnel.ipv6} {.status.mark}";

    private final EgressGatewayTableCluster cluster;
    private String first = "";
    private String eips = "";

    EgressGatewayTableNodes(EgressGatewayTableCluster cluster) {
        this.cluster = cluster;
    }

    List<EgressGatewayTableRow> rows() {
        return List.of(
                here(
                        44,
                        "EIP node shut down: EIP on another Ready node, old node listed without EIPs, others Ready;"
                                + " Baton shows HeartbeatTimeout",
                        this::oneDies),
                here(
                        45,
                        "all gateway nodes shut down: listed without EIPs, no node shown; Baton keeps each EIP"
                                + " allocated to its policy: status.eip stays, free = total - allocated",
                        this::allDie),
                here(46, "one node back: policies on that node once it is Ready", () -> {
                    cluster.fleet.startAgent("node1");
                    for (String policy : POLICIES) {
                        cluster.becomes("node1", "egp " + policy, "{.status.node}");
                    }
                }),
                here(47, "remaining nodes back: EIPs do not move", () -> {
                    var before = cluster.settled("g44");
                    cluster.fleet.reviveAgents(NODES);
                    cluster.becomes("Ready Ready Ready", "egw g44", "{.status.nodeList[*].status}");
                    assertEquals(before, cluster.settled("g44"));
                }),
                here(48, "same with rr policies: the coordinator survives, EIPs identical to before", () -> {
                    assertEquals(eips, eips());
                    assertEquals(
                            "node1 node1 node1",
                            cluster.field("egp " + String.join(" ", POLICIES), "{.items[*].status.node}"));
                }),
                here(54, "tunnel made for a Node: mark, MAC, addresses filled in", this::tunnelIsMade),
                here(
                        53,
                        "manual move of an EIP: policy.node = target; refused if the target is not Ready",
                        this::moved),
                here(
                        55,
                        "Node deleted: tunnel deleted; a node of that name gets mark and addresses again, nobody"
                                + " else's",
                        () -> {
                            String before = cluster.field("egt node4", TUNNEL);
                            cluster.kubectl.run("delete", "node", "node4").succeeded();
                            cluster.kubectl
                                    .run("wait", "--for=delete", "egt/node4", "--timeout=50s")
                                    .succeeded();
                            cluster.fleet.addNode("node4", 4, "spare: 'true'");
                            String after =
                                    cluster.awaits("egt node4", TUNNEL, "is whole", text -> text.contains("0x26"));
                            assertEquals(before.split(" ")[0], after.split(" ")[0]);
                            marksDiffer();
                            cluster.kubectl.run("delete", "node", "node4").succeeded();
                        }),
                here(56, "tunnel without heartbeat for the timeout: HeartbeatTimeout and an Event", () -> {
                    long before = timeouts("node1");
                    cluster.settled("g44");
                    cluster.fleet.killAgent("node1");
                    cluster.becomes("HeartbeatTimeout", "egt node1", "{.status.phase}");
                    Eventually.holds(Eventually.LONG, "an event tells of it", () -> timeouts("node1") == before + 1);
                }),
                here(66, "several EIPs on the dead node, several Ready nodes: spread by load, not all on one", () -> {
                    cluster.settled("g44");
                    Eventually.holds(Eventually.LONG, "node2 and node3 share all", () -> {
                        var loads = cluster.loads();
                        return loads.getOrDefault("node1", 0) == 0
                                && Math.abs(loads.getOrDefault("node2", 0) - loads.getOrDefault("node3", 0)) <= 1;
                    });
                    assertTrue(
                            Collections.min(cluster.loads().tailMap("node2").values()) > 1, () -> "" + cluster.loads());
                }),
                here(57, "heartbeat resumes: Ready again, no EIP moves", () -> {
                    var before = cluster.settled("g44");
                    cluster.fleet.startAgent("node1");
                    cluster.becomes("Ready", "egt node1", "{.status.phase}");
                    assertEquals(before, cluster.settled("g44"));
                }),
                here(67, "two nodes fail at once: no EIP stays on either", () -> {
                    cluster.fleet.killAgent("node2");
                    cluster.fleet.killAgent("node3");
                    for (String policy : POLICIES) {
                        cluster.becomes("node1", "egp " + policy, "{.status.node}");
                    }
                    assertEquals(eips, eips());
                }));
    }

    private String eips() {
        return cluster.field(
                "egp " + String.join(" ", POLICIES), "{range .items[*]}{.metadata.name}={.status.eip.ipv4} {end}");
    }

    private void oneDies() {
        cluster.apply(gatewayOf("g44", "ipv4: [10.5.44.1-10.5.44.9]"));
        POLICIES.forEach(policy -> cluster.apply(policyOf(policy, "g44", RR)));
        POLICIES.forEach(cluster::awaitNode);
        cluster.settled("g44");
        first = cluster.node("p44a");
        eips = eips();
        cluster.fleet.killAgent(first);
        cluster.awaits("egp p44a", "{.status.node}", "is another", node -> NODES.contains(node) && !node.equals(first));
        cluster.awaits(
                "egw g44", NODE_LIST, "has " + first + " without EIPs and the others Ready", this::onlyFirstIsDead);
        assertEquals(eips, eips());
    }

    private boolean onlyFirstIsDead(String list) {
        return List.of(list.split(";")).stream().allMatch(line -> {
            String[] words = line.split(" ", 3);
            return words[0].equals(first)
                    ? words[1].equals("HeartbeatTimeout") && words[2].isEmpty()
                    : words[1].equals("Ready");
        });
    }

    private void allDie() {
        cluster.settled("g44");
        NODES.stream().filter(node -> !node.equals(first)).forEach(cluster.fleet::killAgent);
        for (String policy : POLICIES) {
            cluster.becomes("", "egp " + policy, "{.status.node}");
        }
        String all = NODES.stream().map(node -> node + " HeartbeatTimeout ;").collect(Collectors.joining());
        cluster.becomes(all, "egw g44", NODE_LIST);
        assertEquals("6 of 9", cluster.field("egw g44", EgressGatewayTableCluster.IPV4_USAGE));
        assertEquals(eips, eips());
        cluster.becomes("EIP_WITHOUT_HOLDER", "egp p44a", "{.status.conditions[?(@.type==\"Degraded\")].reason}");
    }

    private void tunnelIsMade() {
        cluster.fleet.addNode("node4", 4, "egress: 'true'");
        String tunnel = cluster.awaits("egt node4", TUNNEL, "is whole", text -> text.contains("0x26"));
        assertTrue(tunnel.matches("66:\\S+ 172\\.31\\.\\S+ fd11::\\S+ 0x26[0-9a-f]{6}"), tunnel);
        marksDiffer();
        assertNotEquals("Ready", cluster.field("egt node4", "{.status.phase}"));
    }

    private void marksDiffer() {
        List<String> marks =
                List.of(cluster.field("egt", "{.items[*].status.mark}").split(" "));
        assertEquals(NODES.size() + 1, marks.stream().distinct().count(), marks::toString);
    }

    private void moved() throws InterruptedException {
        IpAddress eip = IpAddress.parse(cluster.field("egp p44a", "{.status.eip.ipv4}"));
        cluster.settled("g44");
        assertEquals(Optional.empty(), cluster.fleet.declare(new EipMoveRequested(eip, new NodeId("node3"))));
        cluster.becomes("node3", "egp p44a", "{.status.node}");
        cluster.settled("g44");
        assertEquals(
                Optional.of(RefusalReason.TARGET_NOT_ELIGIBLE),
                cluster.fleet.declare(new EipMoveRequested(eip, new NodeId("node4"))));
        assertEquals("node3", cluster.node("p44a"));
    }

    private long timeouts(String node) {
        return cluster.field(
                        "events --field-selector=reason=HeartbeatTimeout,involvedObject.name=" + node,
                        "{range .items[*]}{.metadata.name}{\"\\n\"}{end}")
                .lines()
                .count();
    }
}
