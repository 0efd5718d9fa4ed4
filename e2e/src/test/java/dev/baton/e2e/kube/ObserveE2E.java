package dev.baton.e2e.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.bridge.Bridge;
import dev.baton.bridge.Mode;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.e2e.Eventually;
import dev.baton.e2e.kube.kit.Account;
import dev.baton.e2e.kube.kit.BridgeLog;
import dev.baton.e2e.kube.kit.KubeFleet;
import dev.baton.e2e.kube.kit.KubeServer;
import dev.baton.e2e.kube.kit.NeedsKube;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Baton beside EgressGateway, whose part the test plays: its objects, statuses, pods and Lease. */
@NeedsKube
class ObserveE2E {
    private static final Duration SOON = Eventually.LONG;
    private static final String ALL = "egw,egp,egcp,egt,egep,egcep,egci";
    private static final String CONTROLLER = "--field-manager=controller";

    /** As EgressGateway makes them; its finalizers are left out where nobody here would remove them. */
    private static final String OBJECTS = """
        apiVersion: egressgateway.spidernet.io/v1beta1
        kind: EgressGateway
        metadata: {name: egw1}
        spec:
          ippools: {ipv4: [10.6.1.55, 10.6.1.56], ipv4DefaultEIP: 10.6.1.56}
          nodeSelector: {selector: {matchLabels: {egress: "true"}}}
        ---
        apiVersion: egressgateway.spidernet.io/v1beta1
        kind: EgressPolicy
        metadata: {name: policy1, namespace: default}
        spec: {egressGatewayName: egw1, appliedTo: {podSelector: {matchLabels: {app: web}}}}
        ---
        apiVersion: egressgateway.spidernet.io/v1beta1
        kind: EgressClusterPolicy
        metadata: {name: policy2}
        spec: {egressGatewayName: egw1, egressIP: {ipv4: 10.6.1.55}, appliedTo: {podSelector: {matchLabels: {app: db}}}}
        ---
        {apiVersion: egressgateway.spidernet.io/v1beta1, kind: EgressTunnel, metadata: {name: node1}}
        ---
        {apiVersion: egressgateway.spidernet.io/v1beta1, kind: EgressTunnel, metadata: {name: node2}}
        ---
        apiVersion: egressgateway.spidernet.io/v1beta1
        kind: EgressEndpointSlice
        metadata: {name: policy1-x7k2p, namespace: default, labels: {spidernet.io/policy-name: policy1}}
        endpoints: [{ns: default, pod: web-0, ipv4: [10.244.3.7], node: node3}]
        ---
        {apiVersion: egressgateway.spidernet.io/v1beta1, kind: EgressClusterInfo, metadata: {name: default}, spec: {}}
        """;

    private static final String PODS = """
        apiVersion: v1
        kind: Pod
        metadata: {name: controller-0, namespace: kube-system, labels: {app.kubernetes.io/component: egressgateway-controller}}
        spec: {nodeName: node3, containers: [{name: c, image: none}]}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: agent-0, namespace: kube-system, labels: {app.kubernetes.io/component: egressgateway-agent}}
        spec: {nodeName: node2, containers: [{name: c, image: none}]}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: web-0, namespace: default, labels: {app: web}}
        spec: {nodeName: node3, containers: [{name: c, image: none}]}
        """;

    @RegisterExtension
    private static final KubeServer kube = KubeServer.with("garbage-collector-controller");

    @SuppressWarnings("NullAway.Init")
    private static KubeFleet fleet;

    @BeforeAll
    static void start() throws InterruptedException, IOException {
        fleet = new KubeFleet(kube.api(), "observe", kube.folder());
        for (int i = 1; i <= 3; i++) {
            fleet.addNode("node" + i, i, i == 3 ? "zone: b" : "egress: 'true'");
        }
        kube.apply(OBJECTS, CONTROLLER).succeeded();
        kube.apply(PODS).succeeded();
        for (String pod : List.of("controller-0", "agent-0")) {
            status("pod/" + pod, "kube-system", """
                {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}\
                """);
        }
        status("pod/web-0", "default", """
            {"phase": "Running", "podIP": "10.244.3.7", "podIPs": [{"ip": "10.244.3.7"}]}\
            """);
        status("egw/egw1", "", """
            {"ipUsage": {"ipv4Total": 2, "ipv4Free": 0}, "nodeList": [
              {"name": "node1", "status": "Ready", "eips": [
                {"ipv4": "10.6.1.56", "policies": [{"name": "policy1", "namespace": "default"}]},
                {"ipv4": "10.6.1.55", "policies": [{"name": "policy2"}]}]},
              {"name": "node2", "status": "Ready"}]}\
            """);
        status("egp/policy1", "default", """
            {"eip": {"ipv4": "10.6.1.56"}, "node": "node1"}\
            """);
        status("egcp/policy2", "", """
            {"eip": {"ipv4": "10.6.1.55"}, "node": "node1"}\
            """);
        for (int i = 1; i <= 2; i++) {
            status("egt/node" + i, "", """
                {"phase": "Ready", "mark": "0x26b7b4e%d", "tunnel": {"ipv4": "172.31.9.%d"}}\
                """.formatted(i, i));
        }
        lease(0);
    }

    @AfterAll
    static void stop() {
        fleet.close();
    }

    private static void status(String object, String namespace, String status) {
        String patch = "{\"status\": " + status + "}";
        kube.run("patch", object, "-n", namespace, "--subresource=status", "--type=merge", CONTROLLER, "-p", patch)
                .succeeded();
    }

    /** Its controller's Lease, renewed once more. */
    private static void lease(int renewal) {
        kube.apply("""
            apiVersion: coordination.k8s.io/v1
            kind: Lease
            metadata: {name: egressgateway, namespace: kube-system, annotations: {renewal: "%d"}}
            spec: {holderIdentity: controller-0_1, leaseDurationSeconds: 3}
            """.formatted(renewal)).succeeded();
    }

    /** Every object of EgressGateway's group, with its version. */
    private static String versions() {
        String form = "jsonpath={range .items[*]}{.kind}/{.metadata.name} {.metadata.resourceVersion}{'\\n'}{end}";
        return kube.run("get", ALL, "-A", "-o", form).succeeded().out();
    }

    private static String report(String key) {
        return kube.run("get", "cm", "baton-report", "-n", Account.NAMESPACE, "-o", "jsonpath={.data." + key + "}")
                .out();
    }

    private static void reports(String key, String line) {
        Eventually.get(
                SOON,
                () -> "report's " + key + ": expected " + line + " in\n" + report(key),
                () -> report(key).lines().anyMatch(line::equals) ? Optional.of(true) : Optional.empty());
    }

    private static Optional<String> holder(String eip) {
        return fleet.state().eips().values().stream()
                .map(FleetEip::assignment)
                .filter(assignment -> assignment.step() == AssignmentStep.HELD
                        && assignment.eip().toString().equals(eip))
                .map(assignment -> assignment.holder().orElseThrow().node().toString())
                .findFirst();
    }

    /** Without the API server's own about its service, whose address it may have to enter once more after a start. */
    private static String events(String namespace) {
        return kube.run(
                        "get",
                        "events",
                        "-n",
                        namespace,
                        "--field-selector",
                        "involvedObject.kind!=Service",
                        "-o",
                        "jsonpath={.items[*].reason}")
                .succeeded()
                .out();
    }

    /** First it observes; then it is told to act, and waits for the controller to end; then it acts. */
    @Test
    void nothingIsChangedUntilEgressGatewayIsGone() throws IOException, InterruptedException {
        String before = versions();
        assertTrue(before.lines().count() >= 7, before);

        Bridge observing = fleet.startBridge("observing", Mode.OBSERVE);
        fleet.startAgent("node1");
        fleet.startAgent("node2");
        Eventually.holds(
                SOON,
                "the coordinator has decided",
                () -> holder("10.6.1.56").isPresent() && holder("10.6.1.55").isPresent());
        // EgressGateway has both EIPs on node1, where Baton's agent is gone now.
        fleet.killAgent("node1");
        Eventually.holds(
                SOON,
                "both have moved to node2",
                () -> List.of("10.6.1.55", "10.6.1.56").stream()
                        .allMatch(eip -> holder(eip).equals(Optional.of("node2"))));
        reports(
                "eips",
                "eip=10.6.1.56 gateway=egw1 now=node1 baton=node2 policies_now=default/policy1"
                        + " policies_baton=default/policy1 agrees=false");
        reports(
                "policies",
                "policy=policy2 now=10.6.1.55 node_now=node1 baton=10.6.1.55 node_baton=node2"
                        + " refused=none agrees=false");
        assertTrue(
                report("tunnels").contains("node=node1 now=Ready baton=HeartbeatTimeout mark_now=0x26b7b4e1"),
                report("tunnels"));
        reports("writes", "kind=EgressEndpointSlice part=OBJECT effect=CREATE objects=1");
        reports("writes", "kind=EgressEndpointSlice part=OBJECT effect=DELETE objects=1");
        reports("writes", "kind=EgressTunnel part=OBJECT effect=CREATE objects=1");
        reports("summary", "mode=observe");
        reports("summary", "writes=held reason=OBSERVE_MODE");
        reports("summary", "eips=2 agree=0 differ=2 left_out=0");
        reports("beside", "pod=kube-system/agent-0 component=AGENT node=node2 ready=true");
        assertTrue(
                report("beside")
                        .contains("manager=controller kinds=EgressClusterPolicy,EgressGateway,EgressPolicy,"
                                + "EgressTunnel objects=5 last="),
                report("beside"));
        assertEquals(before, versions());
        assertEquals("", events("default"));
        fleet.stopBridge(observing);

        try (var log = new BridgeLog();
                ScheduledExecutorService controller = Executors.newSingleThreadScheduledExecutor()) {
            var renewals = new int[] {0};
            controller.scheduleWithFixedDelay(() -> lease(++renewals[0]), 0, 500, TimeUnit.MILLISECONDS);
            kube.run("delete", "pod", "controller-0", "-n", "kube-system", "--force", "--grace-period=0")
                    .succeeded();
            Bridge active = fleet.startBridge("active", Mode.ACTIVE);
            reports("summary", "mode=active");
            reports("summary", "writes=held reason=CONTROLLER_ALIVE");
            reports(
                    "beside",
                    "controller=alive evidence=\"lease kube-system/egressgateway is renewed by" + " controller-0_1\"");
            Eventually.holds(
                    SOON, "an event says so", () -> events(Account.NAMESPACE).contains("WritesHeld"));
            assertTrue(log.count("event=writes_held", "reason=CONTROLLER_ALIVE", "action=") > 0, log::toString);
            assertEquals(1, active.counters().get("baton_bridge_writes_held", "reason", "CONTROLLER_ALIVE"));
            assertEquals(before, versions());
            assertEquals("", events("default"));

            controller.shutdown();
            assertTrue(controller.awaitTermination(SOON.toSeconds(), TimeUnit.SECONDS));
            Eventually.holds(
                    SOON,
                    "policy1 shows where Baton has it",
                    () -> kube.run("get", "egp", "policy1", "-o", "jsonpath={.status.node}")
                            .out()
                            .equals("node2"));
            Eventually.holds(
                    SOON,
                    "the tunnel that was missing is there",
                    () -> kube.run("get", "egt", "node3", "-o", "name").status() == 0);
            reports("summary", "writes=open reason=none");
            assertEquals(0, active.counters().get("baton_bridge_writes_held", "reason", "CONTROLLER_ALIVE"));
        }
    }
}
