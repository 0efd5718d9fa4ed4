package dev.baton.e2e.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.bridge.Bridge;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.Epoch;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.Holder;
import dev.baton.contract.PolicyId;
import dev.baton.e2e.Eventually;
import dev.baton.e2e.kube.kit.KubeFleet;
import dev.baton.e2e.kube.kit.KubeServer;
import dev.baton.e2e.kube.kit.NeedsKube;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Bridges that stop, die or are cut off, and an API server that does not answer: the fleet goes on without them. */
@NeedsKube
class BridgeOutageE2E {
    private static final List<String> NODES = List.of("node1", "node2");
    private static final Duration SOON = Eventually.LONG;

    @RegisterExtension
    private final KubeServer kube = KubeServer.with("none");

    @SuppressWarnings("NullAway.Init")
    private KubeFleet fleet;

    @SuppressWarnings("NullAway.Init")
    private Bridge first;

    private static int fleets;

    @BeforeEach
    void start() throws InterruptedException, IOException {
        fleet = new KubeFleet(kube.api(), "bridge-outage-" + fleets++, kube.folder());
        fleet.addNode("node1", 1, "egress: 'true'");
        fleet.addNode("node2", 2, "egress: 'true'");
        first = fleet.startBridge("first");
        fleet.reviveAgents(NODES);
        kube.apply("""
            apiVersion: egressgateway.spidernet.io/v1beta1
            kind: EgressGateway
            metadata: {name: egw}
            spec:
              clusterDefault: true
              ippools: {ipv4: [10.6.1.55-10.6.1.60]}
              nodeSelector: {selector: {matchLabels: {egress: "true"}}}
            ---
            apiVersion: egressgateway.spidernet.io/v1beta1
            kind: EgressPolicy
            metadata: {name: p, namespace: default}
            spec:
              egressGatewayName: egw
              appliedTo: {podSelector: {matchLabels: {app: visitor}}}
            """).succeeded();
        Eventually.holds(SOON, "p has a node", () -> !shownHolder().isEmpty() && holder().isPresent());
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    private String shownHolder() {
        return kube.run("get", "egp", "p", "-o", "jsonpath={.status.node}").out();
    }

    private Optional<String> holder() {
        return fleet.state().eips().values().stream()
                .map(FleetEip::assignment)
                .filter(eip -> eip.step() == AssignmentStep.HELD)
                .flatMap(eip -> eip.holder().stream())
                .map(Holder::node)
                .map(Object::toString)
                .findFirst();
    }

    private String other(String node) {
        return node.equals("node1") ? "node2" : "node1";
    }

    private void isShown(String holder) {
        Eventually.holds(SOON, "kubectl shows " + holder, () -> shownHolder().equals(holder));
    }

    private String leader() {
        return kube.run("get", "lease", "baton-bridge", "-n", "baton", "-o", "jsonpath={.spec.holderIdentity}")
                .out();
    }

    private String versions() {
        return kube.run(
                        "get",
                        "egw,egp,egci",
                        "-A",
                        "-o",
                        "jsonpath={range .items[*]}{.kind}/{.metadata.name}={.metadata.resourceVersion} {end}")
                .succeeded()
                .out();
    }

    @Test
    void anotherReplicaTakesOverAndWritesNothingThatIsTrueAlready() {
        assertEquals("first", leader());
        fleet.startBridge("second");
        String before = versions();
        Epoch epoch = fleet.state().lastEpoch();
        long declared = declarations();
        fleet.stopBridge(first);
        // It released the Lease, so no replica waits until it runs out.
        Eventually.holds(KubeFleet.LEASE, "second leads", () -> leader().equals("second"));
        String held = shownHolder();
        fleet.killAgent(held);
        isShown(other(held));
        assertEquals(declared, declarations(), "declarations");
        assertNotEquals(epoch, fleet.state().lastEpoch());
        // The move changed policy and gateway; cluster info is as it was.
        String info = "EgressClusterInfo/default=";
        assertEquals(
                before.substring(before.indexOf(info)),
                versions().substring(versions().indexOf(info)));
    }

    @Test
    void aTakeoverAloneChangesNoObject() {
        fleet.startBridge("second");
        String before = versions();
        fleet.stopBridge(first);
        Eventually.holds(KubeFleet.LEASE, "second leads", () -> leader().equals("second"));
        // The second bridge shows something new, so it has completed a round by then.
        kube.apply("""
            apiVersion: egressgateway.spidernet.io/v1beta1
            kind: EgressClusterPolicy
            metadata: {name: new}
            spec:
              egressGatewayName: egw
              egressIP: {allocatorPolicy: rr}
              appliedTo: {podSelector: {matchLabels: {app: other}}}
            """).succeeded();
        Eventually.holds(
                SOON,
                "the new policy is shown",
                () -> !kube.run("get", "egcp", "new", "-o", "jsonpath={.status.node}")
                        .out()
                        .isEmpty());
        for (String object : List.of("EgressPolicy/p=", "EgressClusterInfo/default=")) {
            String was = before.substring(before.indexOf(object)).split(" ", 2)[0];
            assertTrue(versions().contains(was), was + " is not in " + versions());
        }
    }

    @Test
    void failoverGoesOnWithoutAnyBridgeAndIsShownAfterwards() throws IOException {
        String held = holder().orElseThrow();
        fleet.stopBridge(first);
        fleet.killAgent(held);
        Eventually.holds(SOON, "the EIP moves", () -> holder().equals(Optional.of(other(held))));
        kube.run("delete", "egp", "p").succeeded();
        kube.apply("""
            apiVersion: egressgateway.spidernet.io/v1beta1
            kind: EgressPolicy
            metadata: {name: q, namespace: default}
            spec:
              egressGatewayName: egw
              appliedTo: {podSelector: {matchLabels: {app: visitor}}}
            """).succeeded();
        fleet.startBridge("second");
        Eventually.holds(
                SOON,
                "what happened meanwhile is shown",
                () -> kube.run("get", "egp", "q", "-o", "jsonpath={.status.node}")
                        .out()
                        .equals(other(held)));
        assertEquals(
                "HeartbeatTimeout",
                kube.run("get", "egt", held, "-o", "jsonpath={.status.phase}").out());
        assertEquals(1, fleet.state().policies().size());
    }

    @Test
    void anApiServerThatHangsStopsNoFailoverAndIsCaughtUpWith() {
        String held = holder().orElseThrow();
        kube.api().signal("kube-apiserver", "STOP");
        try {
            fleet.killAgent(held);
            Eventually.holds(SOON, "the EIP moves", () -> holder().equals(Optional.of(other(held))));
            // Longer than the Lease: the bridge does not lead any more by then, and must stand for election again.
            Eventually.holds(
                    SOON,
                    "the bridge could not write",
                    () -> first.counters().text().contains("baton_bridge_write_failures_total"));
        } finally {
            kube.api().signal("kube-apiserver", "CONT");
        }
        isShown(other(held));
    }

    private long declarations() {
        return fleet.state().declarationsOrigin().orElseThrow().offset();
    }

    /** If half a list were taken for the whole one, the rest would look deleted, and EIPs would move. */
    @Test
    void aBridgeThatStartsAgainAndAgainDeclaresNothing() throws IOException {
        String policies = IntStream.range(0, 150).mapToObj("""
            apiVersion: egressgateway.spidernet.io/v1beta1
            kind: EgressPolicy
            metadata: {name: many-%1$d, namespace: default}
            spec:
              egressGatewayName: egw
              appliedTo: {podSelector: {matchLabels: {app: many-%1$d}}}
            """::formatted).collect(Collectors.joining("---\n"));
        kube.apply(policies).succeeded();
        Eventually.holds(
                SOON,
                "all are declared",
                () -> fleet.state().policies().values().stream()
                                .filter(policy -> policy.spec().policy().name().startsWith("many-"))
                                .count()
                        == 150);
        Bridge running = first;
        for (int i = 0; i < 3; i++) {
            fleet.stopBridge(running);
            Bridge next = fleet.startSlowBridge("again-" + i, Duration.ofMillis(5));
            running = next;
            Eventually.holds(SOON, "it leads and knows all", () -> next.isLeading() && next.isSynced());
            kube.apply(policies.substring(0, policies.indexOf("---")).replace("many-0", "after-" + i))
                    .succeeded();
            String after = "after-" + i;
            Eventually.holds(
                    SOON, "it declares", () -> fleet.state().policies().contains(new PolicyId("default", after)));
            assertEquals(
                    List.of("baton_bridge_declarations_total{kind=\"PolicyDeclared\"} 1"),
                    next.counters()
                            .text()
                            .lines()
                            .filter(line -> line.startsWith("baton_bridge_declarations_total"))
                            .toList());
        }
    }
}
