package dev.baton.e2e.kube.table;

import static dev.baton.e2e.kube.table.EgressGatewayTableCluster.ENTRIES;
import static dev.baton.e2e.kube.table.EgressGatewayTableCluster.IPV4_USAGE;
import static dev.baton.e2e.kube.table.EgressGatewayTableCluster.PODS;
import static dev.baton.e2e.kube.table.EgressGatewayTableCluster.gatewayOf;
import static dev.baton.e2e.kube.table.EgressGatewayTableCluster.object;
import static dev.baton.e2e.kube.table.EgressGatewayTableCluster.policyOf;
import static dev.baton.e2e.kube.table.EgressGatewayTableRow.here;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Rows of gateways' pools, and of many policies at once. */
record OtherProjectsPools(EgressGatewayTableCluster cluster) {
    private static final String RR = "egressIP: {allocatorPolicy: rr}, ";
    private static final String EIP = "{.status.eip.ipv4}";
    private static final Duration LIMIT = Duration.ofMinutes(3);

    List<EgressGatewayTableRow> rows() {
        return List.of(
                here(13, "unreadable pool, empty selector, default outside the pool, unequal families: refused", () -> {
                    cluster.refuses(
                            "\"10.21.13.300\" is not an IPv4 address", gatewayOf("r13", "ipv4: [10.21.13.300]"));
                    cluster.refuses(
                            "selects nothing; give at least one of matchLabels and matchExpressions",
                            object(
                                    "EgressGateway",
                                    "r13",
                                    "ippools: {ipv4: [10.21.13.1]}, nodeSelector: {selector: {}}"));
                    cluster.refuses(
                            "\"10.21.13.4\" is not an IPv4 address in the pool ipv4",
                            gatewayOf("r13", "ipv4: [10.21.13.1], ipv4DefaultEIP: 10.21.13.4"));
                    cluster.refuses(
                            "ipv4 has 2 addresses, ipv6 has 1; two non-empty pools must be of one size",
                            gatewayOf("r13", "ipv4: [10.21.13.1-10.21.13.2], ipv6: ['fd21::13']"));
                }),
                here(14, "an address in use is taken out of the pool: refused, and the EIP stays", () -> {
                    cluster.apply(
                            gatewayOf("r14", "ipv4: [10.21.14.1, 10.21.14.2], ipv4DefaultEIP: 10.21.14.1"),
                            policyOf("r14", "r14", "egressIP: {ipv4: 10.21.14.2}, "));
                    cluster.becomes("10.21.14.2/=default.r14, ", "egw r14", ENTRIES);
                    cluster.refuses(
                            "10.21.14.2 is allocated to [EgressPolicy/default/r14] and cannot be removed",
                            gatewayOf("r14", "ipv4: [10.21.14.1], ipv4DefaultEIP: 10.21.14.1"));
                    assertEquals("10.21.14.2", cluster.field("egp r14", EIP));
                }),
                here(15, "selector changed to another node: EIPs move; to none: no nodes listed, none shown", () -> {
                    cluster.apply(on("node1"), policyOf("r15", "r15", ""));
                    cluster.becomes("node1", "egp r15", "{.status.node}");
                    cluster.apply(on("node2"));
                    cluster.becomes("node2", "egp r15", "{.status.node}");
                    cluster.becomes("node2", "egw r15", "{.status.nodeList[*].name}");
                    cluster.apply(on("nowhere"));
                    cluster.becomes("", "egp r15", "{.status.node}");
                    cluster.becomes("", "egw r15", "{.status.nodeList[*].name}");
                }),
                here(16, "gateway with policies deleted: stays until the last of them is gone", () -> {
                    cluster.kubectl.run("delete", "egw", "r15", "--wait=false").succeeded();
                    assertNotEquals("", cluster.field("egw r15", "{.metadata.deletionTimestamp}"));
                    cluster.kubectl.run("delete", "egp", "r15").succeeded();
                    cluster.kubectl
                            .run("wait", "--for=delete", "egw/r15", "--timeout=50s")
                            .succeeded();
                }),
                here(17, "allocators: the default EIP is shared, rr takes a free one for each", () -> {
                    cluster.apply(
                            gatewayOf("r17", "ipv4: [10.21.17.1-10.21.17.5], ipv4DefaultEIP: 10.21.17.2"),
                            policyOf("r17a", "r17", ""),
                            policyOf("r17b", "r17", ""),
                            policyOf("r17c", "r17", RR),
                            policyOf("r17d", "r17", RR));
                    List.of("r17a", "r17b", "r17c", "r17d").forEach(cluster::awaitNode);
                    assertEquals(
                            "10.21.17.2 10.21.17.2", cluster.field("egp r17a r17b", "{.items[*].status.eip.ipv4}"));
                    assertEquals(
                            3,
                            EgressGatewayTableCluster.words(
                                            cluster.field("egp r17a r17c r17d", "{.items[*].status.eip.ipv4}"))
                                    .size());
                    cluster.becomes("2 of 5", "egw r17", IPV4_USAGE);
                }),
                here(19, "policy deleted: its EIP is free with the last that used it", () -> {
                    cluster.kubectl.run("delete", "egp", "r17a", "r17c").succeeded();
                    cluster.becomes("3 of 5", "egw r17", IPV4_USAGE);
                    assertEquals("10.21.17.2", cluster.field("egp r17b", EIP));
                    cluster.kubectl.run("delete", "egp", "r17b", "r17d").succeeded();
                    cluster.becomes("5 of 5", "egw r17", IPV4_USAGE);
                    cluster.becomes("", "egw r17", ENTRIES);
                }),
                here(20, "100 addresses, 120 policies, all made twice: each time 100 have one each, 20 none", () -> {
                    cluster.apply(
                            gatewayOf("r20", "ipv4: [10.21.20.1-10.21.20.100]"),
                            "{apiVersion: v1, kind: Namespace, metadata: {name: r20}}\n");
                    for (int round = 0; round < 2; round++) {
                        create("r20", "r20", 120);
                        cluster.awaits(
                                "egp -n r20",
                                "{range"
                                    + " .items[*]}{.status.eip.ipv4},{.status.conditions[?(@.type==\"Degraded\")].reason}"
                                    + " {end}",
                                "has 100 different EIPs and 20 without",
                                text -> count(text, ",NONE", true) == 100
                                        && count(text, ",POOL_EXHAUSTED", false) == 20);
                        cluster.becomes("0 of 100", "egw r20", IPV4_USAGE);
                        cluster.kubectl
                                .run("", LIMIT, "delete", "egp", "--all", "-n", "r20", "--wait=false")
                                .succeeded();
                        cluster.becomes("100 of 100", "egw r20", IPV4_USAGE);
                    }
                }),
                here(
                        91,
                        "200 policies made and deleted as fast as kubectl can (there: 800): who leads goes on leading",
                        () -> {
                            long elected = elections();
                            cluster.apply(
                                    gatewayOf("r91", "ipv4: [10.21.91.1-10.21.91.250]"),
                                    "{apiVersion: v1, kind: Namespace, metadata: {name: r91}}\n");
                            create("r91", "r91", 200);
                            cluster.kubectl
                                    .run("", LIMIT, "delete", "egp", "--all", "-n", "r91", "--wait=false")
                                    .succeeded();
                            assertEquals(elected, elections());
                            assertEquals(true, cluster.bridge().isLeading());
                        }),
                here(92, "then all are free", () -> {
                    cluster.becomes("", "egw r91", ENTRIES);
                    String usage = cluster.field("egw r91", IPV4_USAGE);
                    assertEquals(usage.split(" of ")[1], usage.split(" of ")[0]);
                    cluster.becomes("", "egp -n r91", "{.items[*].metadata.name}");
                    cluster.becomes("", "egep -n r91", "{.items[*].metadata.name}");
                }));
    }

    private long elections() {
        return cluster.bridge().counters().get("baton_bridge_elections_total", "outcome", "elected");
    }

    private static String on(String node) {
        return gatewayOf(
                "r15", "ipv4: [10.21.15.1], ipv4DefaultEIP: 10.21.15.1", "{kubernetes.io/hostname: " + node + "}");
    }

    private void create(String namespace, String gateway, int count) {
        String manifests = IntStream.range(0, count)
                .mapToObj(i -> object("EgressPolicy", "p-" + i, "egressGatewayName: " + gateway + ", " + RR + PODS))
                .collect(Collectors.joining("---\n"));
        cluster.kubectl
                .run(manifests, LIMIT, "create", "-n", namespace, "-f", "-")
                .succeeded();
    }

    private static long count(String text, String ending, boolean different) {
        var each = List.of(text.strip().split(" ")).stream().filter(one -> one.endsWith(ending));
        return (different ? each.distinct() : each).count();
    }
}
