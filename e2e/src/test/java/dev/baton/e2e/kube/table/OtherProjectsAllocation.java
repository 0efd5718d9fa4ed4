package dev.baton.e2e.kube.table;

import static dev.baton.e2e.kube.table.EgressGatewayTableCluster.ENTRIES;
import static dev.baton.e2e.kube.table.EgressGatewayTableCluster.NODES;
import static dev.baton.e2e.kube.table.EgressGatewayTableCluster.gatewayOf;
import static dev.baton.e2e.kube.table.EgressGatewayTableCluster.object;
import static dev.baton.e2e.kube.table.EgressGatewayTableCluster.policyOf;
import static dev.baton.e2e.kube.table.EgressGatewayTableCluster.words;
import static dev.baton.e2e.kube.table.EgressGatewayTableRow.here;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.baton.contract.FleetSnapshot.FleetEip;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Rows about which policy gets which EIP, and on which node it is. */
record OtherProjectsAllocation(EgressGatewayTableCluster cluster) {
    private static final String RR = "egressIP: {allocatorPolicy: rr}, ";
    private static final String NAMES = "{.status.nodeList[*].name}";
    private static final String DEGRADED = "{.status.conditions[?(@.type==\"Degraded\")].reason}";
    private static final String EIP_AND_NODE = "{.status.eip.ipv4}@{.status.node}";

    List<EgressGatewayTableRow> rows() {
        return List.of(
                here(1, "two EIPs, eligible nodes enough: on different nodes", () -> {
                    cluster.apply(gatewayOf("r1", "ipv4: [10.20.1.1-10.20.1.4]"));
                    cluster.apply(policyOf("r1a", "r1", RR), policyOf("r1b", "r1", RR));
                    assertNotEquals(cluster.awaitNode("r1a"), cluster.awaitNode("r1b"));
                }),
                here(
                        2,
                        "more EIPs than nodes: a node holds several; more policies than addresses: the rest says why it"
                                + " waits, and is served when one is freed",
                        this::moreThanNodes),
                here(3, "no eligible node: nobody holds it, and it says so; held as soon as a node is labelled", () -> {
                    cluster.apply(gatewayOf("r3", "ipv4: [10.20.3.1]", "{row: 'three'}"), policyOf("r3", "r3", ""));
                    cluster.becomes("EIP_WITHOUT_HOLDER", "egp r3", DEGRADED);
                    assertEquals("", cluster.node("r3"));
                    cluster.label("node node1", "row=three");
                    cluster.becomes("node1", "egp r3", "{.status.node}");
                    cluster.becomes("NONE", "egp r3", DEGRADED);
                }),
                here(23, "the selector matches no node any more: nobody holds it", () -> {
                    cluster.label("node node1", "row-");
                    cluster.becomes("", "egp r3", "{.status.node}");
                    cluster.becomes("", "egw r3", NAMES);
                    assertEquals("10.20.3.1", cluster.field("egp r3", "{.status.eip.ipv4}"));
                }),
                here(6, "a new EIP goes to a node with the fewest", () -> {
                    cluster.settled("r1");
                    SortedMap<String, Long> before = held();
                    cluster.apply(policyOf("r6", "r1", RR));
                    String node = cluster.awaitNode("r6");
                    long fewest = NODES.stream()
                            .mapToLong(each -> before.getOrDefault(each, 0L))
                            .min()
                            .orElseThrow();
                    assertEquals(fewest, before.getOrDefault(node, 0L), () -> node + " of " + before);
                }),
                here(8, "addresses in other notation are the same address; what is none is refused", this::notations),
                here(9, "restart of what writes Kubernetes' objects: nothing is allocated anew", () -> {
                    var before = cluster.settled("r1");
                    cluster.withoutBridge(() -> {});
                    cluster.apply(policyOf("r9", "r1", ""));
                    cluster.awaitNode("r9");
                    var after = cluster.settled("r1");
                    after.keySet().retainAll(before.keySet());
                    assertEquals(before, after);
                }),
                here(10, "node's label removed while nobody looks: on another node afterwards", () -> {
                    cluster.label("node node1 node2", "row=ten");
                    cluster.apply(gatewayOf("r10", "ipv4: [10.20.10.1]", "{row: 'ten'}"), policyOf("r10", "r10", ""));
                    String before = cluster.awaitNode("r10");
                    cluster.withoutBridge(() -> cluster.label("node " + before, "row-"));
                    cluster.becomes(other(before), "egp r10", "{.status.node}");
                    cluster.becomes(other(before), "egw r10", NAMES);
                }),
                here(11, "a pod of two policies: each has it; when one is deleted the other still has", this::twice),
                here(12, "labels of pod or namespace change: slices follow, others stay as they are", this::labels),
                here(21, "two policies name one EIP: on the same node, one entry", () -> {
                    cluster.apply(
                            gatewayOf("r21", "ipv4: [10.20.21.1-10.20.21.4]"),
                            policyOf("r21a", "r21", "egressIP: {ipv4: 10.20.21.3}, "),
                            policyOf("r21b", "r21", "egressIP: {ipv4: 10.20.21.3}, "));
                    assertEquals(cluster.awaitNode("r21a"), cluster.awaitNode("r21b"));
                    cluster.becomes("10.20.21.3/=default.r21a,default.r21b, ", "egw r21", ENTRIES);
                }),
                here(
                        22,
                        "restart with changes in between: EIPs stay their policies', the new policy gets another",
                        () -> {
                            String before = cluster.field("egp r21a", EIP_AND_NODE);
                            cluster.withoutBridge(() -> cluster.apply(policyOf("r22", "r21", RR)));
                            cluster.awaitNode("r22");
                            assertEquals(before, cluster.field("egp r21a", EIP_AND_NODE));
                            assertNotEquals("10.20.21.3", cluster.field("egp r22", "{.status.eip.ipv4}"));
                        }),
                here(24, "selector with one node, with two, with none: held there, on one of them, by nobody", () -> {
                    cluster.label("node node2 node3", "row24=two");
                    cluster.apply(
                            gatewayOf("r24-one", "ipv4: [10.20.24.1]", "{kubernetes.io/hostname: node3}"),
                            gatewayOf("r24-two", "ipv4: [10.20.24.2]", "{row24: two}"),
                            gatewayOf("r24-none", "ipv4: [10.20.24.3]", "{row24: none}"),
                            policyOf("r24-one", "r24-one", ""),
                            policyOf("r24-two", "r24-two", ""),
                            policyOf("r24-none", "r24-none", ""));
                    cluster.becomes("node3", "egp r24-one", "{.status.node}");
                    cluster.awaits(
                            "egp r24-two", "{.status.node}", "is one of two", List.of("node2", "node3")::contains);
                    cluster.becomes("EIP_WITHOUT_HOLDER", "egp r24-none", DEGRADED);
                    assertEquals("", cluster.node("r24-none"));
                }),
                here(25, "another EIP for a policy: by making it anew, as EgressGateway; the old one is free", () -> {
                    cluster.refuses(
                            "cannot be changed; delete the policy and make it anew",
                            policyOf("r21a", "r21", "egressIP: {ipv4: 10.20.21.4}, "));
                    cluster.kubectl.run("delete", "egp", "r21a", "r21b").succeeded();
                    cluster.apply(policyOf("r21a", "r21", "egressIP: {ipv4: 10.20.21.4}, "));
                    cluster.becomes("10.20.21.4", "egp r21a", "{.status.eip.ipv4}");
                    cluster.awaits(
                            "egw r21", ENTRIES, "has the old one no more", text -> !text.contains("10.20.21.3/"));
                }));
    }

    /** By the coordinator's state. */
    private SortedMap<String, Long> held() {
        var held = new TreeMap<String, Long>();
        for (FleetEip eip : cluster.fleet.state().eips().values()) {
            eip.assignment()
                    .holder()
                    .ifPresent(holder -> held.merge(holder.node().toString(), 1L, Long::sum));
        }
        return held;
    }

    private static String other(String node) {
        return node.equals("node1") ? "node2" : "node1";
    }

    private void moreThanNodes() {
        cluster.apply(
                gatewayOf("r2", "ipv4: [10.20.2.1-10.20.2.5]"),
                "{apiVersion: v1, kind: Namespace, metadata: {name: r2}}\n");
        for (int i = 1; i <= 6; i++) {
            cluster.kubectl.apply(policyOf("r2-" + i, "r2", RR), "-n", "r2").succeeded();
        }
        cluster.awaits(
                "egp -n r2",
                "{range .items[*]}{.status.node}/" + DEGRADED + " {end}",
                "has five that are held and one that waits",
                text -> List.of(text.strip().split(" ")).stream()
                                        .filter(one -> one.matches("node\\d/NONE"))
                                        .count()
                                == 5
                        && words(text).contains("/POOL_EXHAUSTED"));
        cluster.becomes("0 of 5", "egw r2", EgressGatewayTableCluster.IPV4_USAGE);
        cluster.kubectl.run("delete", "egp", "r2-1", "-n", "r2").succeeded();
        for (int i = 2; i <= 6; i++) {
            cluster.awaits("egp r2-" + i + " -n r2", "{.status.node}", "is a node", NODES::contains);
        }
    }

    private void notations() {
        cluster.apply(
                gatewayOf("r8", "ipv6: ['FD20:8:0:0::000A', 'fd20:8::b']"),
                policyOf("r8", "r8", "egressIP: {ipv6: 'fd20:8:0::A'}, "));
        cluster.becomes("/fd20:8::a=default.r8, ", "egw r8", ENTRIES);
        cluster.refuses("in the pool of gateway r8 too", gatewayOf("r8b", "ipv6: ['fd20:0008::000a']"));
        cluster.refuses("is not an IPv6 address", gatewayOf("r8b", "ipv6: ['fd20:8::g']"));
        cluster.refuses("\"10.20.8.1/33\" is not", gatewayOf("r8b", "ipv4: [10.20.8.1/33]"));
    }

    private static String selecting(String name, String app) {
        return object(
                "EgressPolicy",
                name,
                "egressGatewayName: r1, appliedTo: {podSelector: {matchLabels: {app: " + app + "}}}");
    }

    private void twice() {
        cluster.apply("{apiVersion: v1, kind: Namespace, metadata: {name: r11}}\n");
        cluster.pod("r11", "both", Map.of("app", "both"), "node1", "10.244.1.11");
        for (String policy : List.of("a", "b")) {
            cluster.kubectl.apply(selecting(policy, "both"), "-n", "r11").succeeded();
        }
        for (String policy : List.of("a", "b")) {
            cluster.membersBecome(words("both=10.244.1.11@node1"), "r11", policy);
        }
        cluster.kubectl.run("delete", "egp", "a", "-n", "r11").succeeded();
        cluster.membersBecome(words(""), "r11", "a");
        assertEquals(words("both=10.244.1.11@node1"), cluster.members("r11", "b"));
    }

    private void labels() {
        cluster.apply("{apiVersion: v1, kind: Namespace, metadata: {name: r12, labels: {team: none}}}\n");
        cluster.kubectl.apply(selecting("r12", "web"), "-n", "r12").succeeded();
        cluster.apply(object(
                "EgressClusterPolicy",
                "r12",
                "egressGatewayName: r1, appliedTo: {podSelector: {matchLabels: {app: web}},"
                        + " namespaceSelector: {matchLabels: {team: twelve}}}"));
        cluster.pod("r12", "one", Map.of("app", "web"), "node1", "10.244.1.12");
        cluster.pod("r12", "two", Map.of("app", "db"), "node2", "10.244.2.12");
        cluster.membersBecome(words("one=10.244.1.12@node1"), "r12", "r12");
        cluster.label("pod -n r12 two", "app=web");
        cluster.membersBecome(words("one=10.244.1.12@node1 two=10.244.2.12@node2"), "r12", "r12");
        cluster.label("pod -n r12 one", "app=db");
        cluster.membersBecome(words("two=10.244.2.12@node2"), "r12", "r12");
        String clusters = "egcep -l spidernet.io/policy-name=r12";
        assertEquals("", cluster.field(clusters, "{.items[*].endpoints[*].pod}"));
        cluster.label("namespace r12", "team=twelve");
        cluster.becomes("two", clusters, "{.items[*].endpoints[*].pod}");
        cluster.label("namespace r12", "team=none");
        cluster.becomes("", clusters, "{.items[*].endpoints[*].pod}");
        assertEquals(words("two=10.244.2.12@node2"), cluster.members("r12", "r12"));
    }
}
