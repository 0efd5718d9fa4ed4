package dev.baton.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.Assignment;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.FleetId;
import dev.baton.contract.FleetSnapshot.TunnelAddress;
import dev.baton.contract.Holder;
import dev.baton.contract.MoveReason;
import dev.baton.contract.Settings;
import dev.baton.contract.wire.WireCodec;
import dev.baton.failover.Coordinator;
import dev.baton.failover.CoordinatorConfig;
import dev.baton.failover.core.FleetState;
import dev.baton.launcher.Connection;
import dev.baton.launcher.client.FleetFollower;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** A fleet that has decided by itself takes over what EgressGateway's statuses show, by the real command and log. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AdoptE2E {
    private static final String FLEET = "adopt";
    private static final String MANIFEST = """
        {apiVersion: v1, kind: Node, metadata: {name: node1, labels: {egress: "true"}}}
        ---
        {apiVersion: v1, kind: Node, metadata: {name: node2, labels: {egress: "true"}}}
        ---
        {apiVersion: v1, kind: Node, metadata: {name: node3, labels: {egress: "true"}}}
        ---
        apiVersion: egressgateway.spidernet.io/v1beta1
        kind: EgressGateway
        metadata: {name: egw1}
        spec:
          ippools: {ipv4: [10.8.1.1-10.8.1.6], ipv6: ["fd00:8::1-fd00:8::6"]}
          nodeSelector: {selector: {matchLabels: {egress: "true"}}}
        """;
    private static final String POLICY = """
        ---
        apiVersion: egressgateway.spidernet.io/v1beta1
        kind: EgressPolicy
        metadata: {name: %s, namespace: default}
        spec: {egressGatewayName: egw1, egressIP: %s, appliedTo: {podSelector: {matchLabels: {app: web}}}}
        """;
    /** The pairs of rr1 and rr2 are others than those that this fleet forms. */
    private static final String STATUSES = """
        apiVersion: v1
        kind: List
        items:
        - apiVersion: egressgateway.spidernet.io/v1beta1
          kind: EgressGateway
          metadata: {name: egw1}
          status:
            nodeList:
            - name: node1
              status: Ready
              eips:
              - policies: [{name: own, namespace: default}]
            - name: node2
              status: Ready
              eips:
              - ipv4: 10.8.1.1
                ipv6: fd00:8::1
                policies: [{name: web, namespace: default}]
            - name: node3
              status: Ready
              eips:
              - ipv4: 10.8.1.2
                ipv6: fd00:8::3
                policies: [{name: rr1, namespace: default}]
              - ipv4: 10.8.1.3
                ipv6: fd00:8::2
                policies: [{name: rr2, namespace: default}]
              - {ipv4: 10.8.1.6, ipv6: "fd00:8::6", policies: []}
        - apiVersion: egressgateway.spidernet.io/v1beta1
          kind: EgressTunnel
          metadata: {name: node1}
          status:
            mark: "0x26b7b4e4"
            tunnel: {ipv4: 172.31.7.7, ipv6: "fd11::707", mac: "66:c5:d6:cc:29:54"}
        """;

    private static final Map<String, String> ADOPTED = new TreeMap<>(Map.of(
            "10.8.1.1+fd00:8::1", "node2",
            "10.8.1.2+fd00:8::3", "node3",
            "10.8.1.3+fd00:8::2", "node3",
            "node-address:egw1", "node1"));

    @TempDir
    @SuppressWarnings("NullAway.Init")
    static Path directory;

    @SuppressWarnings("NullAway.Init")
    private static LiveFleet fleet;

    @SuppressWarnings("NullAway.Init")
    private static Coordinator coordinator;

    @BeforeAll
    static void start() throws Exception {
        fleet = new LiveFleet(FLEET, TestBroker.bootstrap(), directory);
        coordinator = Coordinator.start(
                new CoordinatorConfig(
                        TestBroker.bootstrap(),
                        new FleetId(FLEET),
                        Optional.of(Settings.DEFAULT.withTimings(LiveFleet.TIMINGS)),
                        Map.of()),
                WireCodec.bundled());
        for (String node : List.of("node1", "node2", "node3")) {
            fleet.startAgent(node);
        }
        String text = MANIFEST
                + POLICY.formatted("web", "{}")
                + POLICY.formatted("rr1", "{allocatorPolicy: rr}")
                + POLICY.formatted("rr2", "{allocatorPolicy: rr}")
                + POLICY.formatted("own", "{useNodeIP: true}");
        Said applied = at("apply", "-f", file("fleet.yaml", text), "--wait", "60s");
        assertEquals(0, applied.status(), applied::toString);
        Eventually.holds(Eventually.LONG, "all are held", () -> heldBy().size() == 4);
    }

    @AfterAll
    static void stop() throws InterruptedException {
        fleet.close();
        coordinator.close();
    }

    private static String file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text).toString();
    }

    private static Said at(String... arguments) {
        return Said.at(FLEET, arguments);
    }

    private static FleetState state() {
        try (var follower =
                new FleetFollower(Connection.client(TestBroker.bootstrap()), WireCodec.bundled(), new FleetId(FLEET))) {
            return follower.catchUp();
        }
    }

    private static List<Assignment> assignments() {
        return state().eips().values().stream().map(eip -> eip.assignment()).toList();
    }

    private static Map<String, String> heldBy() {
        var held = new TreeMap<String, String>();
        for (Assignment now : assignments()) {
            if (now.step() == AssignmentStep.HELD) {
                held.put(
                        now.eip().toString(),
                        now.holder().map(Holder::node).orElseThrow().value());
            }
        }
        return held;
    }

    @Test
    @Order(1)
    void showsWhatItWouldDoAndDoesNothing() throws IOException {
        List<Assignment> before = assignments();
        Said said = at("adopt", "--from", file("found.yaml", STATUSES));
        assertEquals(0, said.status(), said::toString);
        assertEquals(1, said.err().lines().count(), said::toString);
        assertTrue(said.err().startsWith("refused mark of node node1: MARK_OUT_OF_RANGE: "), said::toString);
        assertTrue(said.out().contains("Nothing was written."), said::toString);
        assertTrue(
                said.out().lines().anyMatch(line -> line.matches("egw1 +10.8.1.2\\+fd00:8::3 +node3 .*to be adopted")),
                said::toString);
        assertTrue(
                said.out().lines().anyMatch(line -> line.matches("egw1 +10.8.1.6\\+fd00:8::6 +node3 .*released")),
                said::toString);
        assertEquals(before, assignments());
    }

    @Test
    @Order(2)
    void everyEipIsThenWhereItWas() throws IOException {
        Said said = at("adopt", "--from", file("found.yaml", STATUSES), "--yes", "--wait", "60s");
        assertEquals(0, said.status(), said::toString);
        assertTrue(said.out().contains("Every EIP is where EgressGateway had it"), said::toString);
        assertEquals(ADOPTED, heldBy());
        FleetState state = state();
        state.policies().values().forEach(policy -> assertTrue(policy.eip().isPresent(), policy::toString));
        var node1 = state.nodes().values().getFirst().tunnel().orElseThrow();
        assertEquals("172.31.7.7", node1.ipv4().toString());
        assertEquals("fd11::707", node1.ipv6().toString());
        assertEquals(
                MoveReason.ADOPTED,
                assignments().stream()
                        .filter(now -> now.eip().toString().equals("10.8.1.2+fd00:8::3"))
                        .findFirst()
                        .orElseThrow()
                        .reason());
    }

    @Test
    @Order(3)
    void aSecondTimeChangesNothing() throws IOException {
        List<Assignment> before = assignments();
        Said said = at("adopt", "--from", file("found.yaml", STATUSES), "--yes", "--wait", "60s");
        assertEquals(0, said.status(), said::toString);
        assertEquals(before, assignments());
    }

    @Test
    @Order(4)
    void theLogExplainsIt() {
        Said why = at("why", "10.8.1.2");
        assertEquals(0, why.status(), why::toString);
        assertTrue(why.out().contains("reason=ADOPTED"), why::toString);
        assertTrue(why.out().contains("EIPs of gateway egw1 adopted from EgressGateway"), why::toString);
        Said replay = at("replay");
        assertEquals(
                3,
                replay.out()
                        .lines()
                        .filter(line -> line.endsWith("all the same"))
                        .count(),
                replay::toString);
    }

    @Test
    @Order(5)
    void saysWhatItCannotTakeOverAndFails() throws IOException {
        List<Assignment> before = assignments();
        String found = file("other.yaml", STATUSES.replace("name: web,", "name: unheard-of,"));
        Said said = at("adopt", "--from", found, "--yes");
        assertEquals(1, said.status(), said::toString);
        assertTrue(
                said.err().contains("refused policy default/unheard-of of eip 10.8.1.1+fd00:8::1: POLICY_UNKNOWN"),
                said::toString);
        assertTrue(said.err().contains("its lines say NO"), said::toString);
        assertEquals(before, assignments());
    }

    @Test
    @Order(6)
    void tellsBadInputInOneLine() throws IOException {
        Said none = at("adopt", "--from", file("none.yaml", MANIFEST));
        assertEquals(1, none.status(), none::toString);
        assertTrue(none.err().contains("nothing to adopt"), none::toString);
        Said bad = at("adopt", "--from", file("bad.yaml", STATUSES.replace("10.8.1.2", "10.8.1.299")));
        assertEquals(1, bad.status(), bad::toString);
        assertEquals(1, bad.err().lines().count(), bad::toString);
        assertTrue(bad.err().contains("status.nodeList[2].eips[0].ipv4: "), bad::toString);
        Said both = at("adopt", "--from", "x", "--kubeconfig", "y");
        assertEquals(2, both.status(), both::toString);
    }

    /** The statuses as the bridge would have written them. */
    private static String asItIs() {
        var text = new StringBuilder(
                STATUSES.substring(0, STATUSES.indexOf("- apiVersion", STATUSES.indexOf("fd00:8::6"))));
        state().nodes().values().forEach(node -> {
            TunnelAddress tunnel = node.tunnel().orElseThrow();
            text.append("""
                - apiVersion: egressgateway.spidernet.io/v1beta1
                  kind: EgressTunnel
                  metadata: {name: %s}
                  status: {mark: "%s", tunnel: {ipv4: %s, ipv6: "%s", mac: "%s"}}
                """.formatted(node.node(), tunnel.mark(), tunnel.ipv4(), tunnel.ipv6(), tunnel.mac()));
        });
        Map<String, String> own = new TreeMap<>(Map.of(
                "web", "eip: {ipv4: 10.8.1.1, ipv6: 'fd00:8::1'}, node: node2",
                "rr1", "eip: {ipv4: 10.8.1.2, ipv6: 'fd00:8::3'}, node: node3",
                "rr2", "eip: {ipv4: 10.8.1.3, ipv6: 'fd00:8::2'}, node: node3",
                "own", "eip: {}, node: node1"));
        own.forEach((policy, status) -> text.append("""
            - apiVersion: egressgateway.spidernet.io/v1beta1
              kind: EgressPolicy
              metadata: {name: %s, namespace: default}
              spec: {egressGatewayName: egw1}
              status: {%s}
            """.formatted(policy, status)));
        return text.toString();
    }

    @Test
    @Order(7)
    void theWayBackIsOpenIfTheStatusesSayWhatBatonHas() throws IOException {
        List<Assignment> before = assignments();
        Said said = at("adopt", "--back", "--from", file("back.yaml", asItIs()));
        assertEquals(0, said.status(), said::toString);
        assertEquals("", said.err(), said::toString);
        assertTrue(
                said.out().lines().anyMatch(line -> line.matches("egw1 +10.8.1.2\\+fd00:8::3 +node3 +1 +yes")),
                said::toString);
        assertTrue(said.out().contains("EgressGateway will find every EIP where it is now."), said::toString);
        assertEquals(before, assignments());
    }

    @Test
    @Order(8)
    void theWayBackNamesWhatEgressGatewayWouldFindOtherwise() throws IOException {
        refusesBack(
                asItIs().replace("'fd00:8::1'}, node: node2", "'fd00:8::1'}, node: node3"),
                "policy default/web: POLICY_STATUS_DIFFERS");
        refusesBack(
                asItIs().replace("name: rr2, namespace: default}]", "name: rr3, namespace: default}]"),
                "eip 10.8.1.3+fd00:8::2: GATEWAY_STATUS_DIFFERS");
        refusesBack(
                asItIs().replace("- name: node2\n      status: Ready", "- name: node2\n      status: Pending"),
                "eip 10.8.1.1+fd00:8::1: NODE_NOT_READY");
        refusesBack(asItIs().replace("172.31.7.7", "172.31.7.8"), "tunnel of node node1: TUNNEL_STATUS_DIFFERS");
        Said both = at("adopt", "--back", "--yes", "--from", "x");
        assertEquals(2, both.status(), both::toString);
    }

    private static void refusesBack(String statuses, String line) throws IOException {
        Said said = at("adopt", "--back", "--from", file("back.yaml", statuses));
        assertEquals(1, said.status(), said::toString);
        assertTrue(said.err().contains("refused " + line), said::toString);
        assertTrue(said.err().contains("would not find everything"), said::toString);
    }
}
