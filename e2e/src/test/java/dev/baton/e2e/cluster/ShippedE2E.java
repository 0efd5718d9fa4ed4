package dev.baton.e2e.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.e2e.Eventually;
import dev.baton.e2e.kube.kit.CommandResult;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The manifests as they are shipped, with the image that they name: from {@code kubectl apply} to the last trace of it.
 */
@NeedsCluster(withImage = true)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ShippedE2E {
    private static final String EIP = "10.89.0.56";
    /**
     * A planned move takes tenths of a second. Here seven JVMs start meanwhile on as few as two cores, and a node that
     * gets no time is timed out. So the limit is what a failover costs on such a machine; the actual time is printed.
     */
    private static final Duration A_FAILOVER = Duration.ofSeconds(10);

    private static final String GATEWAY = """
        apiVersion: egressgateway.spidernet.io/v1beta1
        kind: EgressGateway
        metadata: {name: %s}
        spec:
          clusterDefault: %s
          ippools: {ipv4: [10.89.0.55, 10.89.0.56], ipv4DefaultEIP: 10.89.0.56}
          nodeSelector: {selector: {matchLabels: {egress: "true"}}}
        """;

    /** Names no gateway; admission adds the cluster's default. */
    private static final String POLICY = """
        apiVersion: egressgateway.spidernet.io/v1beta1
        kind: EgressClusterPolicy
        metadata: {name: all-web}
        spec:
          appliedTo: {podSelector: {matchLabels: {app: web}}}
          destSubnet: [10.89.0.250/32]
        """;

    /** A gap that long has a cause which the agents' logs tell. */
    private static final Duration TO_BE_EXPLAINED = Duration.ofSeconds(1);

    private final ShippedCluster shipped = ShippedCluster.shared();
    private final Cluster cluster = shipped.cluster;

    @Test
    @Order(1)
    void everythingIsReadyAfterOneCommand() {
        long begin = System.nanoTime();
        cluster.kubectl("apply -f " + ShippedCluster.crds() + " -f " + shipped.manifests("kubernetes"));
        shipped.awaitRollout("baton");
        System.out.println("shipped: everything is ready within " + EgressSetup.millis(begin) + " ms");
        for (String kind : List.of("validating", "mutating")) {
            ShippedCluster.until(
                    kind + " webhook has its caBundle",
                    () -> !shipped.field(
                                    kind + "webhookconfiguration baton-webhook", "{.webhooks[0].clientConfig.caBundle}")
                            .isEmpty());
        }
        for (String node : ShippedCluster.NODES) {
            shipped.awaitField("egt " + node, "{.status.phase}", "Ready");
        }
        assertEquals("", restarted(), "containers that were started again");
    }

    private String restarted() {
        return cluster.kubectl("get pod -n baton --no-headers")
                .lines()
                .filter(line -> !line.split(" +")[3].equals("0"))
                .toList()
                .toString()
                .replace("[]", "");
    }

    /** From kubectl by API server, Service and kube-proxy to a bridge in a pod. */
    @Test
    @Order(2)
    void admissionAnswersThroughItsService() {
        cluster.kubectl().apply(GATEWAY.formatted("egw1", true)).succeeded();
        cluster.kubectl()
                .apply(GATEWAY.formatted("egw2", true))
                .refused("admission webhook \"validate.baton.dev\" denied the request", "egw1");
        cluster.kubectl()
                .apply(GATEWAY.formatted("egw2", false))
                .refused("admission webhook \"validate.baton.dev\" denied the request", "10.89.0.5");
        assertEquals("egressgateway.egressgateway.spidernet.io/egw1\n", cluster.kubectl("get egw -o name"));
        cluster.kubectl().apply(POLICY).succeeded();
        assertEquals("egw1", shipped.field("egcp all-web", "{.spec.egressGatewayName}"));
    }

    @Test
    @Order(3)
    void podsOfAClusterPolicyLeaveWithItsEip() {
        shipped.awaitField("egcp all-web", "{.status.eip.ipv4}", EIP);
        shipped.server.awaitFlow(EIP, List.of(1, 2, 3));
        String holder = shipped.server.sender(EIP).orElseThrow();
        shipped.awaitField("egcp all-web", "{.status.node}", holder);
        assertTrue(List.of("node1", "node2").contains(holder), holder);
    }

    /**
     * Agents are replaced one by one, each Ready before the next one ends. With two gateway nodes the EIP moves to and
     * fro meanwhile.
     */
    @Test
    @Order(4)
    void newAgentsAreRolledOutNodeByNodeAndNoPodMissesAnything() {
        rollsOut("daemonset/baton-agent");
    }

    @Test
    @Order(5)
    void newCoordinatorsAndBridgesAreRolledOutAndNoPodMissesAnything() {
        String before = shipped.server.sender(EIP).orElseThrow();
        rollsOut("deployment/baton-coordinator");
        rollsOut("deployment/baton-bridge");
        assertEquals(
                before, shipped.server.sender(EIP).orElseThrow(), () -> "nothing moves:" + shipped.services.why(EIP));
        // What nobody answers for in time is let in: right after a rollout, on a machine that stands still for seconds.
        Eventually.holds(Eventually.LONG, "the new bridges refuse a second gateway with this pool", () -> {
            CommandResult second = cluster.kubectl().apply(GATEWAY.formatted("egw2", false));
            if (second.status() == 0) {
                cluster.kubectl("delete egw egw2");
                return false;
            }
            second.refused("admission webhook \"validate.baton.dev\" denied the request");
            return true;
        });
    }

    private void rollsOut(String what) {
        shipped.server.begin();
        shipped.server.awaitFlow(EIP, List.of(1, 2, 3));
        long begin = System.nanoTime();
        cluster.kubectl("-n baton rollout restart " + what);
        shipped.slowly("-n baton rollout status " + what + " --timeout=170s");
        shipped.server.awaitFlow(EIP, List.of(1, 2, 3));
        System.out.println("shipped: " + what + " rolled out within " + EgressSetup.millis(begin) + " ms, EIP on "
                + shipped.server.turns(EIP) + ", gaps "
                + List.of(1, 2, 3).stream()
                        .map(node -> shipped.server.gap(node).toMillis())
                        .toList() + " ms");
        assertEquals(List.of(), shipped.server.othersThan(Set.of(EIP)), "packets with another source");
        for (int node : List.of(1, 2, 3)) {
            long gap = shipped.server.gap(node).toMillis();
            if (gap > TO_BE_EXPLAINED.toMillis()) {
                System.out.println("shipped: because\n" + shipped.leases(Duration.ofNanos(System.nanoTime() - begin)));
            }
            assertTrue(gap < A_FAILOVER.toMillis(), gap + " ms without a datagram of node" + node + "'s pod");
        }
    }

    @Test
    @Order(6)
    void nothingIsLeftAfterTheCleanup() {
        cluster.kubectl("apply -f " + shipped.manifests("kubernetes/cleanup"));
        shipped.slowly("-n baton wait --for=condition=Complete --timeout=170s job/baton-cleanup");
        assertFalse(cluster.kubectl("get egcp -o name").isEmpty(), "policies belong to their users and stay");
        assertEquals(
                "",
                cluster.kubectl("get egt,egressclusterinfo,egressendpointslice,egressclusterendpointslice -A -o name"));
        shipped.slowly("delete -f " + shipped.manifests("kubernetes/cleanup") + " -f " + shipped.manifests("kubernetes")
                + " -f " + ShippedCluster.crds() + " --timeout=170s --ignore-not-found"); // the webhooks are gone
        String kinds = "all,configmap,secret,serviceaccount,lease,role,rolebinding,clusterrole,clusterrolebinding,"
                + "validatingwebhookconfiguration,mutatingwebhookconfiguration,customresourcedefinition,namespace";
        ShippedCluster.until(
                "nothing of Baton's is left",
                () -> cluster.kubectl("get " + kinds + " -A -o name")
                        .lines()
                        .noneMatch(name -> name.contains("baton") || name.contains("egress")));
        for (String node : ShippedCluster.NODES) {
            assertEquals("", shipped.tracesOn(node), "on " + node);
        }
        shipped.server.begin();
        shipped.server.awaitFlow("10.89.0.13", List.of(3));
    }
}
