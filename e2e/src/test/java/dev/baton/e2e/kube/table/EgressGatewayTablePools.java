package dev.baton.e2e.kube.table;

import static dev.baton.e2e.kube.table.EgressGatewayTableCluster.ENTRIES;
import static dev.baton.e2e.kube.table.EgressGatewayTableCluster.IPV4_USAGE;
import static dev.baton.e2e.kube.table.EgressGatewayTableCluster.PODS;
import static dev.baton.e2e.kube.table.EgressGatewayTableCluster.gatewayOf;
import static dev.baton.e2e.kube.table.EgressGatewayTableCluster.object;
import static dev.baton.e2e.kube.table.EgressGatewayTableCluster.policyOf;
import static dev.baton.e2e.kube.table.EgressGatewayTableRow.here;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.e2e.Eventually;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Rows of allocation: which policy gets which EIP, and what is left. */
record EgressGatewayTablePools(EgressGatewayTableCluster cluster) {
    private static final String EIP = "{.status.eip.ipv4}";
    private static final String RR = "egressIP: {allocatorPolicy: rr}, ";
    private static final int ADDRESSES = 50;
    private static final int POLICIES = 70;

    List<EgressGatewayTableRow> rows() {
        return List.of(
                here(25, "several policies naming different EIPs of one gateway: each gets its own", () -> {
                    cluster.apply(
                            gatewayOf("g25", "ipv4: [10.3.25.1-10.3.25.9]"),
                            policyOf("p25a", "g25", "egressIP: {ipv4: 10.3.25.4}, "),
                            policyOf("p25b", "g25", "egressIP: {ipv4: 10.3.25.5}, "));
                    cluster.becomes("10.3.25.4", "egp p25a", EIP);
                    cluster.becomes("10.3.25.5", "egp p25b", EIP);
                    cluster.becomes("7 of 9", "egw g25", IPV4_USAGE);
                }),
                here(26, "default policy: the default EIP; the gateway lists it; free = total - 1", () -> {
                    cluster.apply(
                            gatewayOf("g26", "ipv4: [10.3.26.1-10.3.26.9], ipv4DefaultEIP: 10.3.26.7"),
                            policyOf("p26", "g26", ""));
                    cluster.becomes("10.3.26.7", "egp p26", EIP);
                    cluster.becomes("10.3.26.7/=default.p26, ", "egw g26", ENTRIES);
                    cluster.becomes("8 of 9", "egw g26", IPV4_USAGE);
                }),
                here(27, "two default policies: one entry that lists both, both programmed", () -> {
                    cluster.apply(policyOf("p27", "g26", ""));
                    cluster.becomes("10.3.26.7/=default.p26,default.p27, ", "egw g26", ENTRIES);
                    assertEquals(cluster.awaitNode("p26"), cluster.awaitNode("p27"));
                    cluster.becomes("10.3.26.7", "egp p27", EIP);
                    // What the agents are told of each.
                    assertEquals(
                            List.of("10.3.26.7", "10.3.26.7"),
                            cluster.fleet.state().policies().values().stream()
                                    .filter(policy ->
                                            policy.gateway().toString().equals("g26"))
                                    .map(policy -> policy.eip().orElseThrow().toString())
                                    .toList());
                }),
                here(28, "rr policy: an unused EIP of the pool; free decreases by one", () -> {
                    cluster.apply(policyOf("p28", "g26", RR));
                    String eip = cluster.awaits("egp p28", EIP, "is there", text -> !text.isEmpty());
                    assertTrue(eip.matches("10\\.3\\.26\\.[1-689]"), eip);
                    cluster.becomes("7 of 9", "egw g26", IPV4_USAGE);
                }),
                here(29, "named EIP with allocator rr: the named EIP wins", () -> {
                    cluster.apply(policyOf("p29", "g26", "egressIP: {ipv4: 10.3.26.9, allocatorPolicy: rr}, "));
                    cluster.becomes("10.3.26.9", "egp p29", EIP);
                    cluster.becomes("6 of 9", "egw g26", IPV4_USAGE);
                }),
                here(
                        30,
                        "50 addresses, 70 policies, some deleted and made anew: 50 assigned one to one, free=0",
                        this::full),
                here(
                        52,
                        "rr policies over the nodes: EIPs evenly spread (here 50 and all other rows' over 3 nodes)",
                        () -> Eventually.holds(Eventually.LONG, "loads are even: " + cluster.loads(), () -> {
                            var loads = cluster.loads().values();
                            return loads.size() == 3 && Collections.max(loads) - Collections.min(loads) <= 1;
                        })),
                here(31, "delete all of them: no EIPs left, free=total", () -> {
                    cluster.kubectl
                            .run("delete", "egp", "--all", "-n", "n30", "--wait=false")
                            .succeeded();
                    cluster.becomes("50 of 50", "egw g30", IPV4_USAGE);
                    cluster.becomes("", "egw g30", ENTRIES);
                }),
                here(36, "useNodeIP policy: status without EIP, with node; gateway entry without addresses", () -> {
                    cluster.apply(
                            gatewayOf("g36", "ipv4: [10.3.36.1]"),
                            policyOf("p36", "g36", "egressIP: {useNodeIP: true}, "));
                    cluster.awaitNode("p36");
                    cluster.becomes("/=default.p36, ", "egw g36", ENTRIES);
                    assertEquals("", cluster.field("egp p36", "{.status.eip.ipv4}{.status.eip.ipv6}"));
                    cluster.becomes("1 of 1", "egw g36", IPV4_USAGE);
                }),
                here(40, "dual stack cluster, pool of IPv6 only: the policy gets an IPv6 EIP only", () -> {
                    cluster.apply(gatewayOf("g40", "ipv6: ['fd40::1-fd40::4']"), policyOf("p40", "g40", ""));
                    cluster.becomes("/fd40::1=default.p40, ", "egw g40", ENTRIES);
                    cluster.becomes(",fd40::1", "egp p40", "{.status.eip.ipv4},{.status.eip.ipv6}");
                    cluster.becomes("3 of 4", "egw g40", "{.status.ipUsage.ipv6Free} of {.status.ipUsage.ipv6Total}");
                }));
    }

    private void full() {
        cluster.apply(
                gatewayOf("g30", "ipv4: [10.3.30.1-10.3.30.50]"),
                "{apiVersion: v1, kind: Namespace, metadata: {name: n30}}\n");
        create(0, POLICIES);
        exactly();
        String given = cluster.field("egp -n n30", "{range .items[?(@.status.node)]}{.metadata.name} {end}");
        List<String> some = given.lines()
                .flatMap(line -> List.of(line.split(" ")).stream())
                .limit(10)
                .toList();
        cluster.kubectl
                .run(Stream.concat(Stream.of("delete", "egp", "-n", "n30", "--wait=false"), some.stream())
                        .toArray(String[]::new))
                .succeeded();
        create(POLICIES, POLICIES + some.size());
        exactly();
    }

    private void create(int from, int to) {
        String all = IntStream.range(from, to)
                .mapToObj(i -> object("EgressPolicy", "p30-" + i, "egressGatewayName: g30, " + RR + PODS))
                .collect(Collectors.joining("---\n"));
        cluster.kubectl
                .run(all, Duration.ofSeconds(60), "create", "-n", "n30", "-f", "-")
                .succeeded();
    }

    /** Read at one moment: fifty that have one EIP each, and twenty that say why they have none. */
    private void exactly() {
        cluster.awaits(
                "egp -n n30",
                "{range .items[*]}{.status.eip.ipv4},{.status.conditions[?(@.type==\"Degraded\")].reason} {end}",
                "has 50 EIPs and 20 without",
                text -> {
                    List<String> each = List.of(text.strip().split(" "));
                    return each.size() == POLICIES
                            && each.stream()
                                            .filter(one -> one.endsWith(",NONE"))
                                            .distinct()
                                            .count()
                                    == ADDRESSES
                            && each.stream().filter(",POOL_EXHAUSTED"::equals).count() == POLICIES - ADDRESSES;
                });
        cluster.becomes("0 of 50", "egw g30", IPV4_USAGE);
    }
}
