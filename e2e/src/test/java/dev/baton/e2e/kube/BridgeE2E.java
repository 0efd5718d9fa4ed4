package dev.baton.e2e.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.bridge.UnknownPods;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.EndpointSlice;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.IpAddress;
import dev.baton.contract.KnownPods;
import dev.baton.contract.NodeId;
import dev.baton.e2e.Eventually;
import dev.baton.e2e.kube.kit.KubeFleet;
import dev.baton.e2e.kube.kit.KubeServer;
import dev.baton.e2e.kube.kit.NeedsKube;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** API server, Kafka, coordinator, bridge and three recorded agents, driven and read by kubectl alone. */
@NeedsKube
class BridgeE2E {
    private static final List<String> NODES = List.of("node1", "node2", "node3");
    private static final Duration SOON = Eventually.LONG;

    @RegisterExtension
    private static final KubeServer kube = KubeServer.with("garbage-collector-controller");

    @SuppressWarnings("NullAway.Init")
    private static KubeFleet fleet;

    @BeforeAll
    static void start() throws InterruptedException, IOException {
        fleet = new KubeFleet(kube.api(), "bridge", kube.folder());
        for (int i = 1; i <= 3; i++) {
            fleet.addNode("node" + i, i, i == 3 ? "zone: b" : "egress: 'true'");
        }
        fleet.unknownPods(UnknownPods.HOLD);
        fleet.startBridge("first");
        fleet.reviveAgents(NODES);
    }

    @AfterAll
    static void stop() {
        fleet.close();
    }

    @AfterEach
    void heal() throws IOException {
        kube.run("delete", "egp,egcp,pods", "-A", "--all", "--force", "--grace-period=0");
        kube.run("delete", "egw", "--all").succeeded();
        fleet.reviveAgents(NODES);
    }

    private static String get(String... arguments) {
        return kube.run(arguments).out();
    }

    private static void becomes(String what, String expected, String... arguments) {
        Eventually.get(
                SOON,
                () -> what + ": expected " + expected + ", kubectl " + String.join(" ", arguments) + " prints "
                        + kube.run(arguments),
                () -> get(arguments).equals(expected) ? Optional.of(true) : Optional.empty());
    }

    private static void applySeed() {
        kube.apply("""
            apiVersion: egressgateway.spidernet.io/v1beta1
            kind: EgressGateway
            metadata: {name: egw1}
            spec:
              clusterDefault: true
              ippools:
                ipv4: [10.6.1.55, 10.6.1.56]
                ipv4DefaultEIP: 10.6.1.56
                ipv6: ["fd00::55", "fd00::56"]
                ipv6DefaultEIP: "fd00::55"
              nodeSelector: {selector: {matchLabels: {egress: "true"}}}
            ---
            apiVersion: egressgateway.spidernet.io/v1beta1
            kind: EgressPolicy
            metadata: {name: policy1, namespace: default}
            spec:
              egressGatewayName: egw1
              appliedTo: {podSelector: {matchLabels: {app: visitor}}}
            """).succeeded();
    }

    /** The documents on failover, end to end. */
    @Test
    void movesAnEipWhenTheHoldersAgentDiesAndShowsItAsTheDocumentsDo() throws IOException {
        applySeed();
        Eventually.holds(SOON, "policy1 has a node", () -> !holder("policy1").isEmpty());
        String first = holder("policy1");
        String second = first.equals("node1") ? "node2" : "node1";
        assertTrue(List.of("node1", "node2").contains(first), first);

        var tunnels = kube.run("get", "egt").succeeded().rows();
        assertEquals(List.of("NAME", "TUNNELMAC", "TUNNELIPV4", "TUNNELIPV6", "MARK", "PHASE"), tunnels.getFirst());
        assertEquals("node1", tunnels.get(1).getFirst());
        assertEquals("66:c5:d6:cc:29:54", tunnels.get(1).get(1));
        assertTrue(tunnels.get(1).get(2).startsWith("172.31."), tunnels.toString());
        assertTrue(tunnels.get(1).get(4).startsWith("0x26"), tunnels.toString());
        assertEquals("Ready", tunnels.get(1).get(5));
        assertTrue(get("get", "egt", "node1", "-o", "jsonpath={.status.lastHeartbeatTime}")
                .matches("20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z"));

        Process watch =
                kube.kubectl().command("get", "egt", "-w", "--no-headers").start();
        try {
            fleet.killAgent(first);
            assertTrue(prints(watch, first + " .* HeartbeatTimeout"), "kubectl get egt -w shows it");
        } finally {
            watch.destroy();
        }
        becomes("phase", "HeartbeatTimeout", "get", "egt", first, "-o", "jsonpath={.status.phase}");
        becomes("node of the policy", second, "get", "egp", "policy1", "-o", "jsonpath={.status.node}");
        var policies = kube.run("get", "egp", "-A").succeeded().rows();
        assertEquals(List.of("NAMESPACE", "NAME", "GATEWAY", "IPV4", "IPV6", "EGRESSNODE"), policies.getFirst());
        assertEquals(List.of("default", "policy1", "egw1", "10.6.1.56", "fd00::55", second), policies.get(1));
        becomes(
                "nodes of the gateway",
                "node1 %s node2 %s ".formatted(phase("node1", first), phase("node2", first)),
                "get",
                "egw",
                "egw1",
                "-o",
                "jsonpath={range .status.nodeList[*]}{.name} {.status} {end}");
        assertEquals(
                "10.6.1.56 fd00::55 policy1 default",
                get(
                        "get",
                        "egw",
                        "egw1",
                        "-o",
                        "jsonpath={range .status.nodeList[?(@.name==\"" + second
                                + "\")].eips[*]}{.ipv4} {.ipv6} {.policies[0].name} {.policies[0].namespace}{end}"));
        assertEquals(
                "{\"ipv4Free\":1,\"ipv4Total\":2,\"ipv6Free\":1,\"ipv6Total\":2}",
                get("get", "egw", "egw1", "-o", "jsonpath={.status.ipUsage}"));
        Eventually.holds(
                SOON,
                "the move is an event",
                () -> get("get", "events", "--no-headers")
                        .lines()
                        .anyMatch(line -> line.contains("EipMoved")
                                && line.contains("egressgateway/egw1")
                                && line.contains(
                                        "from=" + first + " to=" + second + " reason=HOLDER_TIMED_OUT epoch=")));
        assertTrue(get("get", "events", "--no-headers")
                .lines()
                .anyMatch(line -> line.contains("HeartbeatTimeout") && line.contains("egresstunnel/" + first)));
        assertEquals(
                "True HOLDER_TIMED_OUT",
                get(
                        "get",
                        "egp",
                        "policy1",
                        "-o",
                        "jsonpath={range .status.conditions[?(@.type==\"Assigned\")]}{.status} {.reason}{end}"));

        fleet.startAgent(first);
        becomes("phase", "Ready", "get", "egt", first, "-o", "jsonpath={.status.phase}");
        assertEquals(second, holder("policy1"));
    }

    /** Reads until a line has this form; the watch itself never ends. */
    private static boolean prints(Process process, String form) {
        var found = CompletableFuture.supplyAsync(
                () -> process.inputReader(StandardCharsets.UTF_8).lines().anyMatch(line -> line.matches(form + ".*")),
                task -> Thread.ofVirtual().start(task));
        return found.completeOnTimeout(false, SOON.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    private static String phase(String node, String dead) {
        return node.equals(dead) ? "HeartbeatTimeout" : "Ready";
    }

    private static String holder(String policy) {
        return get("get", "egp", policy, "-o", "jsonpath={.status.node}");
    }

    @Test
    void deletedStatusesComeBackWithoutAMove() {
        applySeed();
        Eventually.holds(SOON, "policy1 shows the last step of its EIP", () -> {
            String status = get("get", "egp", "policy1", "-o", "jsonpath={.status}");
            return fleet.state().eips().values().stream()
                    .map(FleetEip::assignment)
                    .filter(eip -> eip.step() == AssignmentStep.HELD)
                    .anyMatch(eip -> status.contains("epoch=" + eip.epoch() + " cause=" + eip.cause() + "\""));
        });
        String policy = get("get", "egp", "policy1", "-o", "jsonpath={.status}");
        String gateway = get("get", "egw", "egw1", "-o", "jsonpath={.status.nodeList}");
        String tunnel = get("get", "egt", "node1", "-o", "jsonpath={.status.tunnel}{.status.mark}");
        var epoch = fleet.state().lastEpoch();
        for (String object : List.of("egp/policy1", "egw/egw1", "egt/node1")) {
            kube.run(
                            "patch",
                            object,
                            "--subresource=status",
                            "--type=json",
                            "-p",
                            "[{\"op\": \"remove\", \"path\": \"/status\"}]")
                    .succeeded();
        }
        kube.run("delete", "egt", "node2").succeeded();
        becomes("gateway", gateway, "get", "egw", "egw1", "-o", "jsonpath={.status.nodeList}");
        becomes("tunnel", tunnel, "get", "egt", "node1", "-o", "jsonpath={.status.tunnel}{.status.mark}");
        becomes("tunnel made again", "Ready", "get", "egt", "node2", "-o", "jsonpath={.status.phase}");
        Eventually.holds(
                SOON, "policy1 has its node again", () -> !holder("policy1").isEmpty());
        assertEquals(
                policy.replaceAll("\"lastTransitionTime\":\"[^\"]*\"", ""),
                get("get", "egp", "policy1", "-o", "jsonpath={.status}")
                        .replaceAll("\"lastTransitionTime\":\"[^\"]*\"", ""));
        assertEquals(epoch, fleet.state().lastEpoch());
    }

    @Test
    void cordonAndDrainMoveEipsAndUncordonMovesNothingBack() {
        applySeed();
        Eventually.holds(SOON, "policy1 has a node", () -> !holder("policy1").isEmpty());
        String first = holder("policy1");
        String second = first.equals("node1") ? "node2" : "node1";
        kube.run("cordon", first).succeeded();
        becomes("node of the policy", second, "get", "egp", "policy1", "-o", "jsonpath={.status.node}");
        kube.run("uncordon", first).succeeded();
        kube.run("annotate", "node", second, "egressgateway.spidernet.io/drain=true")
                .succeeded();
        becomes("node of the policy", first, "get", "egp", "policy1", "-o", "jsonpath={.status.node}");
        kube.run("annotate", "node", second, "egressgateway.spidernet.io/drain-")
                .succeeded();
        assertEquals(
                "DRAIN",
                get("get", "egp", "policy1", "-o", "jsonpath={.status.conditions[?(@.type==\"Assigned\")].reason}"));
    }

    /** As Helm and GitOps tools make them: a label's value has 63 characters at most, a policy's name 253. */
    @Test
    void policiesWithLongNamesShowTheirPods() {
        applySeed();
        pod("web-0", "web", "10.244.3.7");
        for (int length : List.of(70, 253)) {
            String name = "portal-" + "x".repeat(length - 7);
            kube.apply("""
                apiVersion: egressgateway.spidernet.io/v1beta1
                kind: EgressPolicy
                metadata: {name: %s, namespace: default}
                spec:
                  egressGatewayName: egw1
                  appliedTo: {podSelector: {matchLabels: {app: web}}}
                """.formatted(name)).succeeded();
            String ofPolicy =
                    "jsonpath={.items[?(@.metadata.annotations.spidernet\\.io/policy-name==\"" + name + "\")]";
            becomes("pods of " + name, "web-0 node3", "get", "egep", "-o", ofPolicy + ".endpoints[0]['pod','node']}");
            Eventually.holds(SOON, name + " has a node", () -> !holder(name).isEmpty());
        }
    }

    /**
     * A network plugin gives out other addresses than Kubernetes gave the nodes: pod to pod is no egress all the
     * same.
     */
    @Test
    void podsOutsideOfThePodsNetworksCountAsInsideTheCluster() {
        String elsewhere = "jsonpath={.status.podCIDR.podsElsewhere.ipv4[0]}";
        pod("web-0", "web", "10.9.9.9");
        becomes("pods elsewhere", "10.9.9.9/32", "get", "egci", "default", "-o", elsewhere);
        becomes("condition", "PODS_OUTSIDE", "get", "egci", "default", "-o", "jsonpath={.status.conditions[0].reason}");
        kube.run("delete", "pod", "web-0", "--force", "--grace-period=0").succeeded();
        becomes("pods elsewhere", "", "get", "egci", "default", "-o", elsewhere);
    }

    /** Whoever has read that a pod is known has read which policy selects it. */
    @Test
    void aPodIsSaidToBeKnownBehindTheSliceThatSaysWhichPolicySelectsItAndNoLongerThanItIsThere() {
        applySeed();
        String address = "10.244.3.9";
        pod("visitor-0", "visitor", address);
        Eventually.holds(SOON, "it is known", () -> known("node3").equals(Optional.of(List.of(address))));
        assertEquals(Optional.of(List.of()), known("node1"), "a node without pods");
        List<EndpointSlice> said = slices().filter(slice -> addresses(slice).equals(List.of(address)))
                .toList();
        assertEquals(
                List.of("default/policy1", "known-pods.baton.dev/node3"),
                said.stream().map(slice -> slice.policy().toString()).toList());
        assertEquals("policy1-0", get("get", "egep", "-A", "-o", "jsonpath={.items[*].metadata.name}"));

        String finished = "{\"status\": {\"phase\": \"Succeeded\"}}";
        kube.run("patch", "pod", "visitor-0", "--subresource=status", "--type=merge", "-p", finished)
                .succeeded();
        Eventually.holds(
                SOON, "its address may be another's", () -> known("node3").equals(Optional.of(List.of())));
    }

    private static Stream<EndpointSlice> slices() {
        return fleet.endpoints().stream()
                .filter(EndpointSlice.class::isInstance)
                .map(EndpointSlice.class::cast);
    }

    private static List<String> addresses(EndpointSlice slice) {
        return slice.endpoints().stream()
                .flatMap(endpoint -> endpoint.addresses().stream())
                .map(IpAddress::toString)
                .toList();
    }

    private static Optional<List<String>> known(String node) {
        var id = Optional.of(new NodeId(node));
        return slices().filter(slice -> KnownPods.nodeOf(slice.policy()).equals(id))
                .reduce((_, later) -> later)
                .map(BridgeE2E::addresses);
    }

    private static void pod(String name, String app, String address) {
        kube.apply("""
            apiVersion: v1
            kind: Pod
            metadata: {name: %s, namespace: default, labels: {app: %s}}
            spec: {nodeName: node3, containers: [{name: c, image: none}]}
            """.formatted(name, app)).succeeded();
        String status = """
            {"status": {"phase": "Running", "podIP": "%s", "podIPs": [{"ip": "%s"}]}}
            """.formatted(address, address);
        kube.run("patch", "pod", name, "--subresource=status", "--type=merge", "-p", status)
                .succeeded();
    }
}
