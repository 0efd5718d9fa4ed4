package dev.baton.e2e.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.bridge.Bridge;
import dev.baton.e2e.Eventually;
import dev.baton.e2e.kube.kit.Account;
import dev.baton.e2e.kube.kit.Crds;
import dev.baton.e2e.kube.kit.CuttingProxy;
import dev.baton.e2e.kube.kit.KubeFleet;
import dev.baton.e2e.kube.kit.KubeServer;
import dev.baton.e2e.kube.kit.NeedsKube;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A bridge that is installed before the things that it needs waits for them, logs that, and misses nothing. */
@NeedsKube
class BridgeTroubleE2E {
    private static final List<String> NODES = List.of("node1");

    private static int fleets;

    @RegisterExtension
    private final KubeServer kube = KubeServer.bare();

    @SuppressWarnings("NullAway.Init")
    private KubeFleet fleet;

    @BeforeEach
    void start() throws InterruptedException {
        fleet = new KubeFleet(kube.api(), "bridge-trouble-" + fleets++, kube.folder());
        fleet.addNode("node1", 1, "egress: 'true'");
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    private static void fails(Bridge bridge, String kind) {
        Eventually.holds(
                Eventually.LONG,
                "the bridge cannot list " + kind,
                () -> bridge.counters().get("baton_bridge_watch_failures_total", "kind", kind) > 0);
        assertEquals(false, bridge.isSynced());
    }

    private void worksNow() throws IOException {
        fleet.reviveAgents(NODES);
        kube.apply("""
            apiVersion: egressgateway.spidernet.io/v1beta1
            kind: EgressGateway
            metadata: {name: egw}
            spec:
              ippools: {ipv4: [10.6.1.55]}
              nodeSelector: {selector: {matchLabels: {egress: "true"}}}
            ---
            apiVersion: egressgateway.spidernet.io/v1beta1
            kind: EgressClusterPolicy
            metadata: {name: p}
            spec:
              egressGatewayName: egw
              appliedTo: {podSelector: {matchLabels: {app: visitor}}}
            """).succeeded();
        Eventually.holds(
                Eventually.LONG,
                "p has a node",
                () -> kube.run("get", "egcp", "p", "-o", "jsonpath={.status.node}")
                        .out()
                        .equals("node1"));
    }

    @Test
    void waitsForTheDefinitions() throws IOException {
        Bridge bridge = fleet.startBridge("first");
        fails(bridge, "EgressGateway");
        assertTrue(fleet.state().nodes().isEmpty(), "nothing is declared while it does not know the whole");
        Crds.install(kube.kubectl());
        worksNow();
    }

    @Test
    void losesNothingWhenItsConnectionsAreCutAgainAndAgain() throws IOException {
        Crds.install(kube.kubectl());
        try (var proxy = new CuttingProxy(kube.api().client().getMasterUrl().toString())) {
            fleet.startBridge("first", 200, Optional.of(proxy.url()));
            worksNow();
            // Meanwhile some watches end before they have delivered their events, and some writes before their answer.
            for (int i = 0; i < 12; i++) {
                kube.apply(policy(i)).succeeded();
                proxy.cut();
                if (i % 3 == 2) {
                    kube.run("delete", "egcp", "p" + (i - 1), "--wait=false").succeeded();
                    proxy.cut();
                }
            }
            Eventually.holds(Eventually.LONG, "every policy that is left has a node, and no other is declared", () -> {
                String nodes = kube.run("get", "egcp", "-o", "jsonpath={range .items[*]}{.status.node}{','}{end}")
                        .out();
                return nodes.equals("node1,".repeat(9))
                        && fleet.state().policies().size() == 9;
            });
        }
    }

    private static String policy(int i) {
        return """
            apiVersion: egressgateway.spidernet.io/v1beta1
            kind: EgressClusterPolicy
            metadata: {name: p%d}
            spec:
              egressGatewayName: egw
              appliedTo: {podSelector: {matchLabels: {app: a%d}}}
            """.formatted(i, i);
    }

    @Test
    void waitsForItsRights() throws IOException {
        Crds.install(kube.kubectl());
        kube.run("delete", "clusterrolebinding", "baton-bridge").succeeded();
        Bridge bridge = fleet.startBridge("first");
        fails(bridge, "Node");
        Account.install(kube.kubectl());
        worksNow();
    }
}
