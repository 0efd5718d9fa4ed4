package dev.baton.e2e.kube.table;

import static dev.baton.e2e.kube.table.EgressGatewayTableCluster.gatewayOf;
import static dev.baton.e2e.kube.table.EgressGatewayTableCluster.object;
import static dev.baton.e2e.kube.table.EgressGatewayTableCluster.policyOf;
import static dev.baton.e2e.kube.table.EgressGatewayTableRow.here;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;

/** Rows about gateways: their forms, their nodes, their deletion. */
record EgressGatewayTableGateways(EgressGatewayTableCluster cluster) {
    private static final String DEFAULT_EIP = "{.spec.ippools.ipv4DefaultEIP}";
    private static final String NAMES = "{.status.nodeList[*].name}";

    List<EgressGatewayTableRow> rows() {
        return List.of(
                here(
                        1,
                        "gateway with unparsable pool item: refused",
                        () -> cluster.refuses(
                                "\"10.1.1.300\" is not an IPv4 address",
                                gatewayOf("g1", "ipv4: [10.1.1.1, 10.1.1.300]"))),
                here(
                        2,
                        "gateway without node selector: refused",
                        () -> cluster.refuses(
                                "selects nothing; give at least one of matchLabels and matchExpressions",
                                object("EgressGateway", "g2", "ippools: {ipv4: [10.1.2.1]}"),
                                object(
                                        "EgressGateway",
                                        "g2",
                                        "ippools: {ipv4: [10.1.2.1]}, nodeSelector: {selector: {}}"))),
                here(
                        3,
                        "default EIP outside pool: refused",
                        () -> cluster.refuses(
                                "10.1.3.4 lies outside the pool",
                                gatewayOf("g3", "ipv4: [10.1.3.1-10.1.3.3], ipv4DefaultEIP: 10.1.3.4"))),
                here(
                        4,
                        "dual stack, unequal pool counts, both non-empty: refused",
                        () -> cluster.refuses(
                                "ipv4 has 3 addresses, ipv6 has 2; two non-empty pools must be of one size",
                                gatewayOf("g4", "ipv4: [10.1.4.1-10.1.4.3], ipv6: ['fd04::1-fd04::2']"))),
                here(5, "default EIP omitted: a pool member is chosen and stored", () -> {
                    cluster.apply(gatewayOf("g5", "ipv4: [10.1.5.1, 10.1.5.2], ipv6: ['fd05::1', 'fd05::2']"));
                    String chosen = cluster.field("egw g5", DEFAULT_EIP);
                    assertTrue(List.of("10.1.5.1", "10.1.5.2").contains(chosen), chosen);
                    String ipv6 = cluster.field("egw g5", "{.spec.ippools.ipv6DefaultEIP}");
                    assertTrue(List.of("fd05::1", "fd05::2").contains(ipv6), ipv6);
                }),
                here(6, "pool as single IP, range, CIDR: accepted, totals correct", this::forms),
                here(7, "add invalid IP on update: refused", () -> {
                    cluster.refuses(
                            "\"10.1.5\" is not an IPv4 address",
                            gatewayOf("g5", "ipv4: [10.1.5.1, 10.1.5.2, 10.1.5], ipv6: ['fd05::1', 'fd05::2']"));
                    assertEquals("[\"10.1.5.1\",\"10.1.5.2\"]", cluster.field("egw g5", "{.spec.ippools.ipv4}"));
                }),
                here(8, "remove an allocated IP on update: refused", () -> {
                    cluster.apply(
                            gatewayOf("g8", "ipv4: [10.1.8.1, 10.1.8.2], ipv4DefaultEIP: 10.1.8.1"),
                            policyOf("p8", "g8", "egressIP: {ipv4: 10.1.8.2}, "));
                    cluster.becomes("10.1.8.2/=default.p8, ", "egw g8", EgressGatewayTableCluster.ENTRIES);
                    cluster.refuses(
                            "10.1.8.2 is allocated to [EgressPolicy/default/p8] and cannot be removed",
                            gatewayOf("g8", "ipv4: [10.1.8.1], ipv4DefaultEIP: 10.1.8.1"));
                    cluster.apply(gatewayOf("g8", "ipv4: [10.1.8.2], ipv4DefaultEIP: 10.1.8.2"));
                }),
                here(9, "add equal numbers to both families: accepted", () -> {
                    cluster.apply(gatewayOf("g5", "ipv4: [10.1.5.1-10.1.5.4], ipv6: ['fd05::1-fd05::4']"));
                    cluster.becomes("4 4", "egw g5", "{.status.ipUsage.ipv4Total} {.status.ipUsage.ipv6Total}");
                }),
                here(10, "selector moves from node1 to node2: nodeList is node2, same EIP, on node2", this::moves),
                here(
                        11,
                        "selector matches no node: nodeList empty, no node shown, EIP not used;"
                                + " Baton keeps it allocated to its policy",
                        () -> {
                            cluster.apply(g10("no-such-node"));
                            cluster.becomes("", "egw g10", NAMES);
                            cluster.becomes("10.1.10.1@", "egp p10", "{.status.eip.ipv4}@{.status.node}");
                            cluster.becomes("1 of 2", "egw g10", EgressGatewayTableCluster.IPV4_USAGE);
                        }),
                here(12, "selector matches again: EIP and node restored", () -> {
                    cluster.apply(g10("node2"));
                    cluster.becomes("10.1.10.1@node2", "egp p10", "{.status.eip.ipv4}@{.status.node}");
                    cluster.becomes("node2", "egw g10", NAMES);
                }),
                here(
                        13,
                        "gateway deleted while policies, or cluster policies, use it: stays Deleting, goes with the"
                                + " last",
                        this::deleted),
                here(16, "second clusterDefault gateway: refused, names the first", () -> {
                    cluster.apply(standard("g16", "10.1.16.1"));
                    cluster.refuses("gateway g16 is the cluster's default already", standard("g16b", "10.1.16.2"));
                }),
                here(17, "overlapping pools in two gateways: refused", () -> {
                    cluster.apply(gatewayOf("g17", "ipv4: [10.1.17.10-10.1.17.20]"));
                    cluster.refuses(
                            "10.1.17.15-10.1.17.20 is in the pool of gateway g17 too",
                            gatewayOf("g17b", "ipv4: [10.1.17.15-10.1.17.30]"));
                }),
                here(18, "gateway without pools: accepted; only useNodeIP policies accepted on it", () -> {
                    cluster.apply(gatewayOf("g18", ""));
                    cluster.refuses("false, but gateway g18 has no addresses", policyOf("p18", "g18", ""));
                    cluster.apply(policyOf("p18", "g18", "egressIP: {useNodeIP: true}, "));
                    cluster.awaitNode("p18");
                }));
    }

    private void forms() {
        cluster.apply(
                gatewayOf("g6-one", "ipv4: [10.1.6.1]"),
                gatewayOf("g6-range", "ipv4: [10.1.6.11-10.1.6.20]"),
                gatewayOf("g6-both", "ipv4: [10.1.6.31, 10.1.6.41-10.1.6.50]"),
                gatewayOf("g6-net", "ipv4: [10.1.7.0/24]"));
        cluster.becomes("1 of 1", "egw g6-one", EgressGatewayTableCluster.IPV4_USAGE);
        cluster.becomes("10 of 10", "egw g6-range", EgressGatewayTableCluster.IPV4_USAGE);
        cluster.becomes("11 of 11", "egw g6-both", EgressGatewayTableCluster.IPV4_USAGE);
        cluster.becomes("254 of 254", "egw g6-net", EgressGatewayTableCluster.IPV4_USAGE);
    }

    private static String g10(String node) {
        return gatewayOf(
                "g10",
                "ipv4: [10.1.10.1, 10.1.10.2], ipv4DefaultEIP: 10.1.10.1",
                "{kubernetes.io/hostname: " + node + "}");
    }

    private void moves() {
        cluster.apply(g10("node1"), policyOf("p10", "g10", ""));
        cluster.becomes("10.1.10.1@node1", "egp p10", "{.status.eip.ipv4}@{.status.node}");
        cluster.apply(g10("node2"));
        cluster.becomes("10.1.10.1@node2", "egp p10", "{.status.eip.ipv4}@{.status.node}");
        cluster.becomes("node2", "egw g10", NAMES);
        cluster.becomes("10.1.10.1/=default.p10, ", "egw g10", EgressGatewayTableCluster.ENTRIES);
    }

    private void deleted() {
        cluster.apply(
                gatewayOf("g13", "ipv4: [10.1.13.1]"),
                policyOf("p13", "g13", ""),
                object("EgressClusterPolicy", "cp13", "egressGatewayName: g13, " + EgressGatewayTableCluster.PODS));
        cluster.awaits(
                "egw g13",
                EgressGatewayTableCluster.ENTRIES,
                "has both",
                entries -> entries.contains("default.p13,") && entries.contains(".cp13,"));
        cluster.kubectl.run("delete", "egw", "g13", "--wait=false").succeeded();
        assertNotEquals("", cluster.field("egw g13", "{.metadata.deletionTimestamp}"));
        cluster.kubectl.run("delete", "egp", "p13").succeeded();
        // The gateway is shown with one policy less, so the bridge has run a round since.
        cluster.becomes("10.1.13.1/=.cp13, ", "egw g13", EgressGatewayTableCluster.ENTRIES);
        cluster.kubectl.run("delete", "egcp", "cp13").succeeded();
        cluster.kubectl.run("wait", "--for=delete", "egw/g13", "--timeout=50s").succeeded();
    }

    private static String standard(String name, String address) {
        return gatewayOf(name, "ipv4: [" + address + "]").replace("ippools:", "clusterDefault: true, ippools:");
    }
}
