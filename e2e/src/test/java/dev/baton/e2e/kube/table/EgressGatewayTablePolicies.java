package dev.baton.e2e.kube.table;

import static dev.baton.e2e.kube.table.EgressGatewayTableCluster.PODS;
import static dev.baton.e2e.kube.table.EgressGatewayTableCluster.gatewayOf;
import static dev.baton.e2e.kube.table.EgressGatewayTableCluster.object;
import static dev.baton.e2e.kube.table.EgressGatewayTableCluster.policyOf;
import static dev.baton.e2e.kube.table.EgressGatewayTableRow.here;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;

/** Rows of policies: what is let in and what is filled in. */
record EgressGatewayTablePolicies(EgressGatewayTableCluster cluster) {
    private static final List<String> KINDS = List.of("EgressPolicy", "EgressClusterPolicy");
    private static final String AGAIN = " cannot be changed; delete the policy and make it anew";

    /** Of both kinds. */
    private void refuses(String why, String spec) {
        for (String kind : KINDS) {
            cluster.refuses(why, object(kind, "refused", spec));
        }
    }

    List<EgressGatewayTableRow> rows() {
        return List.of(
                here(14, "policy without gateway name, cluster default exists: bound to the default", () -> {
                    cluster.apply(object("EgressPolicy", "p14", PODS), object("EgressClusterPolicy", "cp14", PODS));
                    assertEquals("g16", cluster.field("egp p14", "{.spec.egressGatewayName}"));
                    assertEquals("g16", cluster.field("egcp cp14", "{.spec.egressGatewayName}"));
                    cluster.becomes("10.1.16.1", "egp p14", "{.status.eip.ipv4}");
                    cluster.becomes("10.1.16.1", "egcp cp14", "{.status.eip.ipv4}");
                }),
                here(15, "same, namespace label set: bound to the labelled gateway", () -> {
                    cluster.apply(
                            gatewayOf("g15", "ipv4: [10.2.15.1]"),
                            "{apiVersion: v1, kind: Namespace, metadata: {name: n15, labels:"
                                    + " {spidernet.io/egressgateway-default: g15}}}\n");
                    cluster.kubectl
                            .apply(object("EgressPolicy", "p15", PODS), "-n", "n15")
                            .succeeded();
                    assertEquals("g15", cluster.field("egp p15 -n n15", "{.spec.egressGatewayName}"));
                    cluster.becomes("10.2.15.1", "egp p15 -n n15", "{.status.eip.ipv4}");
                }),
                here(19, "EIP of wrong family or outside pool: refused", () -> {
                    cluster.apply(gatewayOf("g19", "ipv4: [10.2.19.1-10.2.19.9], ipv4DefaultEIP: 10.2.19.9"));
                    refuses("\"fd19::1\" is not an IPv4 address", on("g19", "{ipv4: 'fd19::1'}"));
                    refuses("\"10.2.19.1\" is not an IPv6 address", on("g19", "{ipv6: 10.2.19.1}"));
                    refuses("10.2.18.1 is not an address of gateway g19", on("g19", "{ipv4: 10.2.18.1}"));
                }),
                here(20, "empty appliedTo: refused", () -> {
                    refuses("selects nothing", "egressGatewayName: g19, appliedTo: {}");
                    refuses("selects nothing", "egressGatewayName: g19, appliedTo: {podSelector: {}}");
                }),
                here(
                        21,
                        "podSelector and podSubnet together: refused",
                        () -> refuses(
                                "excludes podSelector.matchLabels",
                                "egressGatewayName: g19, appliedTo: {podSelector: {matchLabels: {a: b}}, podSubnet:"
                                        + " [10.244.0.0/16]}")),
                here(
                        22,
                        "useNodeIP with EIP: refused",
                        () -> refuses("true excludes ipv4 and ipv6", on("g19", "{useNodeIP: true, ipv4: 10.2.19.1}"))),
                here(23, "change EIP, allocator, useNodeIP or gateway name: refused", this::unchangeable),
                here(24, "destSubnet without mask, not a network: refused; 192.168.1.1/24 accepted", () -> {
                    for (String wrong : List.of("1.1.1.1", "'---'", "1.1.1.1999/24")) {
                        cluster.refuses(
                                "\"" + wrong.replace("'", "") + "\" is not a network",
                                policyOf("p24", "g19", "destSubnet: [" + wrong + "], "));
                    }
                    cluster.apply(policyOf("p24", "g19", "destSubnet: [192.168.1.1/24], "));
                    cluster.becomes("10.2.19.9", "egp p24", "{.status.eip.ipv4}");
                }));
    }

    private static String on(String gateway, String egressIp) {
        return "egressGatewayName: " + gateway + ", egressIP: " + egressIp + ", " + PODS;
    }

    private void unchangeable() {
        cluster.apply(gatewayOf("g23", "ipv4: [10.2.23.1]"));
        for (String kind : KINDS) {
            cluster.apply(object(kind, "p23", on("g19", "{ipv4: 10.2.19.3}")));
            cluster.refuses("\"10.2.19.3\"" + AGAIN, object(kind, "p23", on("g19", "{ipv4: 10.2.19.4}")));
            cluster.refuses(
                    "\"default\"" + AGAIN, object(kind, "p23", on("g19", "{ipv4: 10.2.19.3, allocatorPolicy: rr}")));
            cluster.refuses("false" + AGAIN, object(kind, "p23", on("g19", "{useNodeIP: true}")));
            cluster.refuses("\"g19\"" + AGAIN, object(kind, "p23", on("g23", "{ipv4: 10.2.19.3}")));
        }
    }
}
