package dev.baton.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.FleetId;
import dev.baton.contract.Rules;
import dev.baton.contract.Settings;
import dev.baton.contract.wire.WireCodec;
import dev.baton.failover.Coordinator;
import dev.baton.failover.CoordinatorConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands as a user types them, in this JVM: what they print and how they end. */
class CliE2E {
    private static final String FLEET = "cli";
    private static final String MANIFEST = """
        apiVersion: v1
        kind: Node
        metadata: {name: node1, labels: {egress: "true"}}
        ---
        apiVersion: v1
        kind: Node
        metadata: {name: node2, labels: {egress: "true"}}
        ---
        apiVersion: egressgateway.spidernet.io/v1beta1
        kind: EgressGateway
        metadata: {name: egw1}
        spec:
          ippools: {ipv4: [10.7.1.1-10.7.1.4]}
          nodeSelector: {selector: {matchLabels: {egress: "true"}}}
        ---
        apiVersion: egressgateway.spidernet.io/v1beta1
        kind: EgressPolicy
        metadata: {name: web, namespace: default}
        spec:
          egressGatewayName: egw1
          appliedTo: {podSelector: {matchLabels: {app: web}}}
        """;

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
        fleet.startAgent("node1");
        fleet.startAgent("node2");
        Path file = Files.writeString(directory.resolve("egress.yaml"), MANIFEST);
        Said applied = at("apply", "-f", file.toString(), "--wait", "60s").done();
        assertTrue(applied.out().contains("egressgateway/egw1 declared"), applied::toString);
        assertTrue(applied.out().contains("egresspolicy/default/web declared"), applied::toString);
        held("");
    }

    @AfterAll
    static void stop() throws InterruptedException {
        fleet.close();
        coordinator.close();
    }

    /** Waits until the one EIP is held, by somebody else than before. */
    private static String held(String before) {
        return Eventually.get(
                Eventually.LONG,
                () -> "the EIP leaves \"" + before + "\"",
                () -> at("get", "assignments")
                        .out()
                        .lines()
                        .skip(1)
                        .map(line -> line.split(" {2,}"))
                        .filter(cells -> cells.length > 5 && cells[5].equals("HELD") && !cells[2].equals(before))
                        .map(cells -> cells[2])
                        .findFirst());
    }

    private static Said at(String... arguments) {
        return Said.at(FLEET, arguments);
    }

    @Test
    void rulesAreShownAndOnlyRise() {
        Said shown = at("rules", "show").done();
        assertEquals(
                "fleet cli is at rules version " + Rules.NEWEST + "; this release knows " + Rules.NEWEST + " at most",
                shown.out().lines().findFirst().orElseThrow());
        assertEquals(List.of("WHO", "WHERE", "KNOWS"), shown.cells(2));
        assertTrue(shown.out().contains("coordinator"), shown::toString);
        assertEquals(
                List.of("agent", "node2", "" + Rules.NEWEST),
                shown.cells(shown.out().lines().toList().size() - 1));
        at("rules", "adopt", "" + Rules.NEWEST)
                .failed(1, "refused rules: RULES_ONLY_RISE", "the log is at " + Rules.NEWEST + " already");
        int next = Rules.NEWEST.version() + 1;
        at("rules", "adopt", "" + next).failed(2, "VERSION=" + next, "this release knows " + Rules.NEWEST + " at most");
        at("rules", "adopt", "0").failed(2, "VERSION=0", "1 or higher is allowed");
        at("rules", "adopt", "new").failed(2, "VERSION", "new");
    }

    @Test
    void printsTheColumnsOfKubectl() {
        Said tunnels = at("get", "tunnels").done();
        assertEquals(List.of("NAME", "TUNNELMAC", "TUNNELIPV4", "TUNNELIPV6", "MARK", "PHASE"), tunnels.cells(0));
        assertEquals(List.of("node1", "66:c5:d6:cc:29:54"), tunnels.cells(1).subList(0, 2));
        assertEquals(
                2,
                tunnels.out()
                        .lines()
                        .skip(1)
                        .filter(line -> line.endsWith("Ready"))
                        .count());
        assertEquals("egw1", at("get", "gateways").done().cells(1).getFirst());
        assertTrue(at("get", "egp", "-o", "yaml").done().out().contains("ipv4: \"10.7.1.1\""));
        assertTrue(at("get", "assignments", "-o", "json").done().out().startsWith("["));
    }

    @Test
    void movesDrainsExplainsAndReplays() {
        String first = held("");
        String other = first.equals("node1") ? "node2" : "node1";
        assertEquals(
                "eip/10.7.1.1 moving to " + other,
                at("move", "10.7.1.1", "--to", other).done().out().strip());
        assertEquals(other, held(first));
        assertEquals(
                "node/" + other + " draining", at("drain", other).done().out().strip());
        assertEquals(first, held(other));
        at("drain", other, "--end").done();
        at("rebalance", "egw1").done();
        String why = at("why", "10.7.1.1").done().out();
        assertTrue(why.contains("move of 10.7.1.1 to " + other + " asked for"), why);
        assertFalse(why.contains("Optional"), why);
        Said replay = at("replay").done();
        assertEquals(
                3,
                replay.out()
                        .lines()
                        .filter(line -> line.endsWith("all the same"))
                        .count(),
                replay::toString);
    }

    @Test
    void saysWhyItRefuses() {
        at("move", "10.7.1.1", "--to", "node9").failed(1, "refused move of 10.7.1.1 to node9", "NODE_UNKNOWN");
        at("move", "10.7.9.9", "--to", "node1").failed(1, "EIP_UNKNOWN");
        at("rebalance", "egw9").failed(1, "GATEWAY_UNKNOWN");
        at("delete", "policy", "default/none").failed(1, "POLICY_UNKNOWN");
        at("delete", "thing", "x").failed(2, "KIND", "gateway, policy, node");
        at("why", "10.7.9.9").failed(1, "no decision names 10.7.9.9");
        at("why", "10.7.9").failed(1, "\"10.7.9\" is not an IP address");
    }

    @Test
    void tellsAllMistakesOfAFile() throws IOException {
        Path bad = Files.writeString(directory.resolve("bad.yaml"), """
            apiVersion: egressgateway.spidernet.io/v1beta1
            kind: EgressGateway
            metadata: {name: egw1}
            spec: {ippools: {ipv4: [10.6.1.300]}}
            ---
            apiVersion: egressgateway.spidernet.io/v1beta1
            kind: EgressPolicy
            metadata: {name: web}
            spec: {bogus: 1}
            ---
            apiVersion: v1
            kind: Nonsense
            """);
        Said said = at("apply", "-f", bad.toString());
        assertEquals(1, said.status());
        assertEquals(3, said.err().lines().count(), said::toString);
        for (String word : List.of("10.6.1.300", "bogus", "Nonsense")) {
            assertTrue(said.err().contains(word), said::toString);
        }
        Path broken = Files.writeString(directory.resolve("broken.yaml"), "a: [\n");
        at("apply", "-f", broken.toString()).failed(1, "not YAML at line ");
        at("apply", "-f", "none.yaml").failed(1, "none.yaml: no such file");
    }

    @Test
    void givesUpSoonWithOneLineWhereNobodyListens() throws IOException {
        int free;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        String nowhere = "127.0.0.1:" + free;
        for (List<String> command : List.of(
                List.of("get", "tunnels"), List.of("why", "10.7.1.1"), List.of("drain", "node1"), List.of("replay"))) {
            var arguments = new ArrayList<>(command);
            arguments.addAll(List.of("--bootstrap", nowhere));
            Said.run(arguments.toArray(new String[0])).failed(1, "no Kafka at " + nowhere);
        }
        Said.run("get", "tunnels", "--bootstrap", "localhost").failed(1, "HOST:PORT");
        Said.run("get", "tunnels", "--bootstrap", "nobody.invalid:9092").failed(1, "nobody.invalid:9092: no such host");
    }

    @Test
    void understandsNoNonsense() throws IOException {
        Said.run("nonsense").failed(2, "unknown command \"nonsense\"", "coordinator");
        Said.run("get", "things").failed(2, "tunnels, gateways, policies, assignments");
        Said.run("get").failed(2, "KIND");
        Said.run("get", "tunnels", "--nope").failed(2, "--nope");
        Said.run("coordinator", "--eviction-timeout", "3").failed(2, "\"3\" is not a duration", "250ms");
        Said.run("up", "--eviction-timeout", "300ms").failed(1, "300ms", "250ms", "500ms");
        Said.run("coordinator", "--eviction-timeout", "300ms").failed(1, "300ms", "250ms", "500ms");
        Said.run("agent", "--node", "n1", "--failsafe", "nonsense").failed(2, "--failsafe");
        try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String port = Integer.toString(taken.getLocalPort());
            Said.run("broker", "--port", port).failed(1, "port " + port + " of 127.0.0.1 cannot be used");
        }
    }

    @Test
    void refusesASettingsFileThatItCannotReadOrDoesNotUnderstand() throws Exception {
        Path settings = Files.writeString(directory.resolve("settings"), "eviction-timeout=2s\nfoo=1\n");
        try (var baton = BatonProcess.start(directory, Map.of("BATON_CONFIG", settings.toString()), "coordinator")) {
            assertEquals(2, baton.awaitExit(), baton::text);
            assertEquals(1, baton.lines().size(), baton::text);
            baton.await("unknown key \"foo\"; known are \\[bootstrap, eviction-timeout");
        }
        try (var baton = BatonProcess.start(directory, Map.of("BATON_CONFIG", "/none"), "get", "tunnels")) {
            assertEquals(2, baton.awaitExit(), baton::text);
            assertEquals(1, baton.lines().size(), baton::text);
            baton.await("BATON_CONFIG=/none cannot be read");
        }
    }

    @Test
    void watchesUntilInterrupted() throws Exception {
        String before = held("");
        try (var watch = BatonProcess.start(
                directory, "get", "assignments", "-w", "--bootstrap", TestBroker.bootstrap(), "--fleet", FLEET)) {
            watch.await("HELD");
            String other = before.equals("node1") ? "node2" : "node1";
            at("move", "10.7.1.1", "--to", other).done();
            watch.await(" " + other + " .*HELD");
            assertEquals(
                    1,
                    watch.lines().stream()
                            .filter(line -> line.startsWith("EIP"))
                            .count(),
                    watch::text);
        }
    }
}
