package dev.baton.e2e.kube.table;

import static dev.baton.e2e.kube.table.EgressGatewayTableRow.here;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;

/** Rows of what is inside the cluster. */
record EgressGatewayTableNetworks(EgressGatewayTableCluster cluster) {
    private static final String INFO = "egci default";

    List<EgressGatewayTableRow> rows() {
        return List.of(
                here(58, "clusterinfo: Calico pool added, updated, deleted: podCIDR follows", () -> {
                    cluster.becomes("10.244.1.0/24", INFO, "{.status.podCIDR.node1.ipv4[0]}");
                    cluster.apply(pool("10.245.0.0/16"));
                    cluster.becomes(
                            "{\"pool58\":{\"ipv4\":[\"10.245.0.0/16\"],\"ipv6\":[]}}", INFO, "{.status.podCIDR}");
                    cluster.apply(pool("fd58::/64"));
                    cluster.becomes("{\"pool58\":{\"ipv4\":[],\"ipv6\":[\"fd58::/64\"]}}", INFO, "{.status.podCIDR}");
                    cluster.kubectl
                            .run("delete", "ippools.crd.projectcalico.org", "pool58")
                            .succeeded();
                    cluster.becomes("10.244.1.0/24", INFO, "{.status.podCIDR.node1.ipv4[0]}");
                }),
                here(59, "clusterinfo: node addresses, services' and extra networks are the cluster's", () -> {
                    cluster.apply(info("extraCidr: [10.59.0.0/16]"));
                    String services = cluster.field("servicecidr kubernetes", "{.spec.cidrs[0]}");
                    assertNotEquals("", services);
                    cluster.becomes(services, INFO, "{.status.clusterIP.ipv4[0]}");
                    for (int node = 1; node <= 3; node++) {
                        cluster.becomes("10.6.0." + node, INFO, "{.status.nodeIP.node" + node + ".ipv4[0]}");
                    }
                    cluster.becomes("[\"10.59.0.0/16\"]", INFO, "{.status.extraCidr}");
                    cluster.apply(info("extraCidr: [10.59.0.0/16], autoDetect: {clusterIP: false, nodeIP: false}"));
                    cluster.becomes("", INFO, "{.status.clusterIP.ipv4[0]}{.status.nodeIP.node1.ipv4[0]}");
                    cluster.apply(info("extraCidr: [10.59.0.0/16]"));
                }),
                here(
                        60,
                        "clusterinfo deleted: refused",
                        () -> cluster.kubectl
                                .run("delete", "egci", "default")
                                .refused("denied the request", "cannot be deleted")));
    }

    private static String pool(String cidr) {
        return "{apiVersion: crd.projectcalico.org/v1, kind: IPPool, metadata: {name: pool58}, spec: {cidr: '" + cidr
                + "'}}\n";
    }

    private static String info(String spec) {
        return EgressGatewayTableCluster.object("EgressClusterInfo", "default", spec);
    }
}
