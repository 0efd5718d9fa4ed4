package dev.baton.e2e.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.e2e.kube.kit.CommandResult;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What leaves with an EIP and what does not, while pods, policies and gateways come, change and go. */
@NeedsCluster
class EgressTrafficE2E {
    private static final String OUTSIDE = "http://" + Cluster.SERVER + ":8080/";

    /** At an external address, at a load balancer's, and at a port of every node. */
    private static final String SERVICE = """
        apiVersion: v1
        kind: Service
        metadata: {name: everywhere, namespace: default}
        spec:
          type: LoadBalancer
          externalIPs: [203.0.113.7]
          selector: {app: web}
          ports: [{port: 80, targetPort: 8080}]
        """;

    private final EgressSetup egress = EgressSetup.shared();
    private final Cluster cluster = egress.cluster;

    @Test
    void podsOfTheHolderOfAnotherGatewayNodeAndOfAnyOtherNodeLeaveWithTheEip() {
        egress.settle();
        for (String node : EgressSetup.NODES) {
            assertEquals(EgressSetup.EIP, egress.get(node, OUTSIDE), "source of " + node + "'s pod");
        }
        egress.assertOnly(EgressSetup.EIP, List.of(egress.holder()));
    }

    /**
     * A policy without destinations matches everything outside the cluster, and so do networks in which the cluster's
     * lie. Baton finds out by itself what is inside, and asks where a packet goes once kube-proxy has translated it.
     */
    @Test
    void whatTheClusterItselfAnswersIsNoEgress() {
        egress.settle();
        cluster.kubectl().apply(SERVICE).succeeded();
        cluster.kubectl("patch service everywhere --subresource=status --type=merge -p"
                + " {\"status\":{\"loadBalancer\":{\"ingress\":[{\"ip\":\"203.0.113.8\"}]}}}");
        String port = egress.field("service everywhere", "{.spec.ports[0].nodePort}");
        var inside = new TreeMap<String, String>();
        for (String node : EgressSetup.NODES) {
            String pod = egress.field(pods(node), "{.items[0].status.podIP}:8080 {.items[0].metadata.name}");
            inside.put(pod.split(" ")[0], pod.split(" ")[1]);
        }
        for (String service :
                List.of("10.96.0.80", "203.0.113.7", "203.0.113.8", "10.89.0.11:" + port, "10.89.0.12:" + port)) {
            inside.put(service, "web-");
        }
        for (String destinations : List.of("", "0.0.0.0/0", "10.0.0.0/8")) {
            cluster.kubectl().apply(policy(destinations)).succeeded();
            for (String node : EgressSetup.NODES) {
                EgressSetup.until(
                        "a policy with [" + destinations + "] matches the server",
                        () -> egress.get(node, OUTSIDE).equals(EgressSetup.EIP));
                answer(node, inside, "with [" + destinations + "] " + node);
            }
        }
        cluster.kubectl("delete service everywhere");
        egress.apply("egress.yaml");
        egress.settle();
    }

    /** All in one go, since each command in a pod takes its time. */
    private void answer(String node, SortedMap<String, String> inside, String who) {
        String script = "for to in " + String.join(" ", inside.keySet())
                + "; do echo $to $(timeout 5 wget -qO- http://$to/); done;"
                + " for api in 10.96.0.1/443 " + Cluster.CONTROL_ADDRESS + "/6443;"
                + " do timeout 5 bash -c \"exec 3<>/dev/tcp/$api\" && echo $api connected; done";
        List<String> said = egress.inPod(node, "bash", "-c", script).lines().toList();
        inside.forEach((to, answer) -> assertTrue(
                said.stream().anyMatch(line -> line.startsWith(to + " " + answer)),
                () -> who + " to " + to + ": " + said));
        assertEquals(
                2, said.stream().filter(line -> line.endsWith(" connected")).count(), () -> who + ": " + said);
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
    void podsThatAreScaledDeletedAndCreatedAgainLeaveWithTheEip() {
        egress.settle();
        cluster.kubectl("scale deployment/web --replicas=6");
        cluster.kubectl("rollout status deployment/web --timeout=50s");
        allPodsLeaveWith(EgressSetup.EIP);
        tellWhatLeftBefore("pods that are new");
        newPodsThatAreHeldLeaveWithTheEipFromTheirFirstPacketOn();
        cluster.kubectl("scale deployment/web --replicas=3");
        cluster.kubectl("delete pod -l app=web --wait=true"); // Kubernetes chooses which pods stay; new ones are spread
        cluster.kubectl("rollout status deployment/web --timeout=50s");
        EgressSetup.until(
                "no policy has addresses of deleted pods any more",
                () -> egress.cluster
                                .in("node3", "nft list map inet baton egress-src-v4")
                                .split("10\\.90\\.")
                                .length
                        == 4);
        egress.settle();
    }

    /** They send from their first moment, and those that they replace to their last. */
    private void newPodsThatAreHeldLeaveWithTheEipFromTheirFirstPacketOn() {
        egress.product.restartBridge("hold");
        for (String node : EgressSetup.NODES) {
            EgressSetup.until(
                    node + " holds new pods",
                    () -> cluster.in(node, "nft list tables").contains("baton-new-pods"));
        }
        egress.settle();
        cluster.kubectl("delete pod -l app=web --wait=true");
        cluster.kubectl("rollout status deployment/web --timeout=50s");
        allPodsLeaveWith(EgressSetup.EIP);
        assertEquals(List.of(), egress.server.othersThan(Set.of(EgressSetup.EIP)), "packets with another source");
        for (String node : EgressSetup.NODES) {
            System.out.println("pods that are held on " + node + ": "
                    + cluster.in(node, "nft list counters table inet baton-new-pods")
                            .replaceAll("\\s+", " "));
        }
        egress.product.restartBridge("off");
    }

    /** Prints for how long new pods left with their node's address, until the agents knew them. */
    private void tellWhatLeftBefore(String what) {
        List<SeenPacket> early = egress.server.othersThan(Set.of(EgressSetup.EIP));
        long span = early.isEmpty()
                ? 0
                : Duration.between(early.getFirst().at(), early.getLast().at()).toMillis();
        System.out.println(what + ": " + early.size() + " packets with a node's address, within " + span + " ms");
    }

    /** Until the bridge has published a new pod, the pod leaves with its node's address; never with a wrong EIP. */
    private void allPodsLeaveWith(String eip) {
        for (String pod : cluster.kubectl("get pod -l app=web -o name").lines().toList()) {
            EgressSetup.until(pod + " leaves with " + eip, () -> {
                CommandResult said = cluster.kubectl().run("exec", pod, "--", "timeout", "5", "wget", "-qO-", OUTSIDE);
                return said.out().strip().equals(eip);
            });
        }
    }

    @Test
    void aPolicyThatIsChangedDeletedAndCreatedAgainIsFollowedUnderTraffic() {
        egress.settle();
        cluster.kubectl("delete egp policy1");
        EgressSetup.until(
                "pods leave with their nodes' addresses",
                () -> List.of("10.89.0.11", "10.89.0.12", "10.89.0.13")
                        .containsAll(Set.of(egress.get("node1", OUTSIDE), egress.get("node3", OUTSIDE))));
        cluster.kubectl().apply(egressPolicyWith(EgressSetup.OTHER_EIP)).succeeded();
        egress.server.awaitFlow(EgressSetup.OTHER_EIP, List.of(1, 2, 3));
        egress.awaitField("egp policy1", "{.status.eip.ipv4}", EgressSetup.OTHER_EIP);
        egress.server.begin();
        cluster.kubectl("delete egp policy1");
        egress.apply("egress.yaml");
        egress.server.awaitFlow(EgressSetup.EIP, List.of(1, 2, 3));
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
        EgressSetup.until(
                "the EIP leaves the node that is no gateway node any more",
                () -> !egress.holder().equals(before));
        String after = egress.holder();
        egress.awaitField("egp policy1", "{.status.node}", after);
        egress.assertOnly(EgressSetup.EIP, List.of(before, after));
        cluster.kubectl("label node " + before + " egress=true");
        cluster.kubectl("label node node3 egress-");
        EgressSetup.until(
                "the EIP is on a node of the gateway", () -> EgressSetup.GATEWAY_NODES.contains(egress.holder()));
        egress.settle();

        cluster.kubectl("delete egp policy1");
        cluster.kubectl("delete egw egw1 --timeout=50s");
        assertEquals("", cluster.kubectl("get egw -o name"));
        for (String node : EgressSetup.NODES) {
            EgressSetup.until(
                    node + " has no EIP any more",
                    () -> !cluster.in(node, "ip -4 -o addr show dev eth0").contains(EgressSetup.EIP));
            assertNotEquals(EgressSetup.EIP, egress.get(node, OUTSIDE));
        }
        egress.apply("egress.yaml");
        egress.settle();
    }
}
