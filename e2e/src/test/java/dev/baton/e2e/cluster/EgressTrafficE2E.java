package dev.baton.e2e.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.e2e.kube.Said;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What leaves with an EIP and what does not, while pods, policies and gateways come, change and go. */
@NeedsCluster
class EgressTrafficE2E {
    private static final String OUTSIDE = "http://" + Cluster.SERVER + ":8080/";

    private final Egress egress = Egress.shared();
    private final Cluster cluster = egress.cluster;

    @Test
    void podsOfTheHolderOfAnotherGatewayNodeAndOfAnyOtherNodeLeaveWithTheEip() {
        egress.settle();
        for (String node : Egress.NODES) {
            assertEquals(Egress.EIP, egress.get(node, OUTSIDE), "source of " + node + "'s pod");
        }
        egress.assertOnly(Egress.EIP, List.of(egress.holder()));
    }

    /**
     * A policy without destinations is about everything outside the cluster: what is inside was found out by itself.
     */
    @Test
    void trafficInsideTheClusterIsLeftAlone() {
        egress.settle();
        cluster.kubectl().apply(policy("")).succeeded();
        for (String node : Egress.NODES) {
            Egress.until(
                    "a policy without destinations is about the server",
                    () -> egress.get(node, OUTSIDE).equals(Egress.EIP));
            for (String to : Egress.NODES) {
                String pod = egress.field(pods(to), "{.items[0].metadata.name}");
                String address = egress.field(pods(to), "{.items[0].status.podIP}");
                assertEquals(pod, egress.get(node, "http://" + address + ":8080/"), node + " to a pod of " + to);
            }
            assertTrue(egress.get(node, "http://10.96.0.80/").startsWith("web-"), node + " to a service");
            for (String api : List.of("10.96.0.1/443", Cluster.CONTROL_ADDRESS + "/6443")) {
                String said = egress.inPod(node, "bash", "-c", "exec 3<>/dev/tcp/" + api + " && echo connected");
                assertEquals("connected", said, node + " to the API server at " + api);
            }
        }
        egress.apply("egress.yaml");
        egress.settle();
    }

    private static String pods(String node) {
        return "pod -l app=web --field-selector spec.nodeName=" + node;
    }

    private static String policy(String destinations) {
        return """
            apiVersion: egressgateway.spidernet.io/v1beta1
            kind: EgressPolicy
            metadata: {name: policy1, namespace: default}
            spec:
              egressGatewayName: egw1
              appliedTo: {podSelector: {matchLabels: {app: web}}}
              destSubnet: [%s]
            """.formatted(destinations);
    }

    @Test
    void podsThatAreScaledDeletedAndMadeAnewLeaveWithTheEip() {
        egress.settle();
        cluster.kubectl("scale deployment/web --replicas=6");
        cluster.kubectl("rollout status deployment/web --timeout=50s");
        allPodsLeaveWith(Egress.EIP);
        tellWhatLeftBefore("pods that are new");
        cluster.kubectl("delete pod -l app=web --wait=true");
        cluster.kubectl("rollout status deployment/web --timeout=50s");
        allPodsLeaveWith(Egress.EIP);
        cluster.kubectl("scale deployment/web --replicas=3");
        cluster.kubectl(
                "delete pod -l app=web --wait=true"); // which are left is not for us to say; new ones are spread
        cluster.kubectl("rollout status deployment/web --timeout=50s");
        Egress.until(
                "addresses of pods that are gone are no policy's any more",
                () -> egress.cluster
                                .in("node3", "nft list map inet baton egress-src-v4")
                                .split("10\\.90\\.")
                                .length
                        == 4);
        egress.settle();
    }

    /** How long pods leave as any other, until their nodes have heard of them. */
    private void tellWhatLeftBefore(String what) {
        List<Frame> early = egress.server.othersThan(Set.of(Egress.EIP));
        long span = early.isEmpty()
                ? 0
                : Duration.between(early.getFirst().at(), early.getLast().at()).toMillis();
        System.out.println(what + ": " + early.size() + " packets with a node's address, within " + span + " ms");
    }

    /** Until the bridge has told of a new pod, it leaves as any other; not with a wrong EIP. */
    private void allPodsLeaveWith(String eip) {
        for (String pod : cluster.kubectl("get pod -l app=web -o name").lines().toList()) {
            Egress.until(pod + " leaves with " + eip, () -> {
                Said said = cluster.kubectl().run("exec", pod, "--", "timeout", "5", "wget", "-qO-", OUTSIDE);
                return said.out().strip().equals(eip);
            });
        }
    }

    @Test
    void aPolicyThatIsChangedDeletedAndMadeAnewIsFollowedUnderTraffic() {
        egress.settle();
        cluster.kubectl("delete egp policy1");
        Egress.until(
                "pods leave with their nodes' addresses",
                () -> List.of("10.89.0.11", "10.89.0.12", "10.89.0.13")
                        .containsAll(Set.of(egress.get("node1", OUTSIDE), egress.get("node3", OUTSIDE))));
        cluster.kubectl().apply(egressPolicyWith(Egress.OTHER_EIP)).succeeded();
        egress.server.awaitFlow(Egress.OTHER_EIP, List.of(1, 2, 3));
        egress.awaitField("egp policy1", "{.status.eip.ipv4}", Egress.OTHER_EIP);
        egress.server.begin();
        cluster.kubectl("delete egp policy1");
        egress.apply("egress.yaml");
        egress.server.awaitFlow(Egress.EIP, List.of(1, 2, 3));
        egress.settle();
    }

    private static String egressPolicyWith(String eip) {
        return policy(Cluster.SERVER + "/32")
                .replace("egressGatewayName: egw1\n", "egressGatewayName: egw1\n  egressIP: {ipv4: " + eip + "}\n");
    }

    @Test
    void aGatewayWhoseNodesChangeMovesItsEipAndOneThatIsDeletedLetsItGo() {
        egress.settle();
        String before = egress.holder();
        cluster.kubectl("label node node3 egress=true");
        cluster.kubectl("label node " + before + " egress-");
        Egress.until(
                "the EIP leaves the node that is no gateway's any more",
                () -> !egress.holder().equals(before));
        String after = egress.holder();
        egress.awaitField("egp policy1", "{.status.node}", after);
        egress.assertOnly(Egress.EIP, List.of(before, after));
        cluster.kubectl("label node " + before + " egress=true");
        cluster.kubectl("label node node3 egress-");
        Egress.until("the EIP is on a node of the gateway", () -> Egress.GATEWAY_NODES.contains(egress.holder()));
        egress.settle();

        cluster.kubectl("delete egp policy1");
        cluster.kubectl("delete egw egw1 --timeout=50s");
        assertEquals("", cluster.kubectl("get egw -o name"));
        for (String node : Egress.NODES) {
            Egress.until(
                    node + " has no EIP any more",
                    () -> !cluster.in(node, "ip -4 -o addr show dev eth0").contains(Egress.EIP));
            assertNotEquals(Egress.EIP, egress.get(node, OUTSIDE));
        }
        egress.apply("egress.yaml");
        egress.settle();
    }
}
