package dev.baton.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.bridge.manifest.Manifest;
import dev.baton.contract.AckOutcome;
import dev.baton.contract.Assignment;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.Decision.DeclarationRefused;
import dev.baton.contract.Declaration;
import dev.baton.contract.FleetId;
import dev.baton.contract.FleetSnapshot;
import dev.baton.contract.RefusalReason;
import dev.baton.contract.Rules;
import dev.baton.contract.RulesAdopted;
import dev.baton.contract.SettingsInForce;
import dev.baton.contract.Timings;
import dev.baton.contract.Topic;
import dev.baton.contract.Topics;
import dev.baton.contract.UnknownRules;
import dev.baton.contract.wire.Logs;
import dev.baton.contract.wire.PartitionReader;
import dev.baton.contract.wire.WireCodec;
import dev.baton.failover.Coordinator;
import dev.baton.failover.CoordinatorConfig;
import dev.baton.failover.CoordinatorGroup;
import dev.baton.failover.replay.LogReader;
import dev.baton.failover.replay.Replay;
import dev.baton.launcher.Connection;
import dev.baton.launcher.LogSetup;
import dev.baton.launcher.broker.BrokerOptions;
import dev.baton.launcher.broker.EmbeddedBroker;
import dev.baton.launcher.client.Declarer;
import dev.baton.launcher.client.FleetFollower;
import dev.baton.sim.world.OtherRules;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A release with other rules and other formats comes to a living fleet: it is rolled out, rolled back, rolled out
 * again, and its rules are adopted.
 */
class RulesE2E {
    private static final FleetId FLEET = new FleetId("rules");
    private static final Timings TIMINGS =
            new Timings(Duration.ofMillis(250), Duration.ofMillis(150), Duration.ofSeconds(3));

    private final EmbeddedBroker broker = EmbeddedBroker.start(BrokerOptions.DEFAULT);
    private final PlayedNodes nodes = new PlayedNodes(FLEET.value(), broker.bootstrap(), TIMINGS)
            .with("node1")
            .with("node2")
            .with("node3");

    /** Reads what both releases write. */
    private final WireCodec codec = NextRelease.codec();

    private int policies;

    @BeforeEach
    void makeLogs() throws InterruptedException {
        LogSetup.ensure(client());
    }

    @AfterEach
    void stop() {
        nodes.close();
        broker.close();
    }

    private Map<String, Object> client() {
        return Connection.client(broker.bootstrap());
    }

    private Coordinator today() throws InterruptedException {
        return Coordinator.start(config(), WireCodec.bundled());
    }

    private Coordinator next() throws InterruptedException {
        return Coordinator.start(config(), NextRelease.codec(), NextRelease.FOLDS);
    }

    private CoordinatorConfig config() {
        return new CoordinatorConfig(broker.bootstrap(), FLEET, Optional.empty(), client()).withSnapshotEvery(20);
    }

    /** @return why one was refused, if one was */
    private Optional<DeclarationRefused> declare(List<Declaration> declarations) throws InterruptedException {
        try (var declarer = new Declarer(client(), codec, FLEET)) {
            return declarer.declare(declarations, Eventually.LONG).stream()
                    .flatMap(answer -> answer.refused().stream())
                    .findFirst();
        }
    }

    private void declareFleet() throws InterruptedException {
        var text = new StringBuilder("""
            apiVersion: egressgateway.spidernet.io/v1beta1
            kind: EgressGateway
            metadata: {name: egw1}
            spec: {ippools: {ipv4: [10.7.1.0/28]}, nodeSelector: {selector: {matchLabels: {egress: "true"}}}}
            """);
        for (String node : List.of("node1", "node2", "node3")) {
            text.append("""
                ---
                {apiVersion: v1, kind: Node, metadata: {name: %s, labels: {egress: "true"}}}
                """.formatted(node));
        }
        assertEquals(Optional.empty(), declare(OneNodeFleet.settings()));
        assertEquals(
                Optional.empty(),
                declare(List.copyOf(
                        Manifest.read("fleet", text.toString(), List.of()).declarations())));
    }

    /** One EIP more, for a policy of its own. Who holds it: empty until somebody does. */
    private String anotherEip() throws InterruptedException {
        Map<String, Assignment> before = shown();
        String text = """
            apiVersion: egressgateway.spidernet.io/v1beta1
            kind: EgressPolicy
            metadata: {name: p%d, namespace: default}
            spec: {egressGatewayName: egw1, egressIP: {ipv4: 10.7.1.%d}, appliedTo: {podSelector: {matchLabels: {app: web}}}}
            """.formatted(++policies, policies);
        assertEquals(
                Optional.empty(),
                declare(List.copyOf(Manifest.read("policy", text, List.of()).declarations())));
        allHeld(before.size() + 1);
        Map<String, Assignment> after = shown();
        before.forEach((eip, held) -> assertEquals(held, after.get(eip)));
        after.keySet().removeAll(before.keySet());
        return after.values().iterator().next().holder().orElseThrow().node().value();
    }

    /** Answers for the nodes until so many EIPs are held. */
    private void allHeld(int count) {
        var answered = new TreeMap<String, Assignment>();
        Eventually.get(Eventually.LONG, () -> count + " EIPs are held: " + shown(), () -> {
            Map<String, Assignment> shown = shown();
            shown.forEach((eip, assignment) -> {
                if (assignment.step() == AssignmentStep.ACQUIRE && !assignment.equals(answered.put(eip, assignment))) {
                    nodes.answer(assignment, AckOutcome.APPLIED);
                }
            });
            boolean held = shown.values().stream().allMatch(eip -> eip.step() == AssignmentStep.HELD);
            return held && shown.size() == count ? Optional.of(count) : Optional.empty();
        });
    }

    private Map<String, Assignment> shown() {
        var last = new TreeMap<String, Assignment>();
        try (var reader = new LogReader(client(), codec, FLEET)) {
            reader.read(Logs.ASSIGNMENTS)
                    .forEach(entry -> last.put(entry.value().eip().toString(), entry.value()));
        }
        return last;
    }

    private Map<String, String> holders() {
        return shown().entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        eip -> eip.getValue().holder().orElseThrow().node().value(),
                        (one, other) -> one,
                        TreeMap::new));
    }

    /** Schema ids of all records of a log. */
    private List<Integer> formats(Topic topic) {
        var ids = new ArrayList<Integer>();
        try (var reader = new PartitionReader(client())) {
            var source = reader.source(topic, FLEET);
            reader.read(source, reader.begin(source), reader.end(source), record -> {
                if (record.value() != null) {
                    ids.add(ByteBuffer.wrap(record.value()).getInt(1));
                }
            });
        }
        return ids;
    }

    private Rules inForce() {
        try (var reader = new LogReader(client(), codec, FLEET)) {
            return reader.read(Logs.TUNNELS).stream()
                    .flatMap(entry -> entry.value() instanceof SettingsInForce settings
                            ? Stream.of(settings.rules())
                            : Stream.empty())
                    .reduce(Rules.FIRST, (before, later) -> later);
        }
    }

    private void replayHolds(WireCodec reads, Replay replay) {
        Eventually.get(Eventually.LONG, () -> "a replay agrees: " + replayed(reads, replay), () -> {
            Replay.Report report = replayed(reads, replay);
            return report.holds() && report.compared() > 20 ? Optional.of(report) : Optional.empty();
        });
    }

    private Replay.Report replayed(WireCodec reads, Replay replay) {
        try (var reader = new LogReader(client(), reads, FLEET)) {
            return replay.coordination(FLEET, reader.read(Logs.FLEET), reader.read(Logs.DECISIONS), 0);
        }
    }

    @Test
    void aReleaseIsRolledOutAndBackAndItsRulesAreAdoptedAndNothingMoves() throws Exception {
        Coordinator first = today();
        declareFleet();
        for (int i = 0; i < 4; i++) {
            anotherEip();
        }
        Map<String, Assignment> held = shown();

        // A rollout: for a while both run, then the newer one decides, by today's rules and in today's formats.
        Coordinator second = next();
        first.close();
        anotherEip();
        assertTrue(shown().entrySet().containsAll(held.entrySet()), () -> "something moved: " + shown());
        assertTrue(formats(Topics.ASSIGNMENTS).stream().allMatch(id -> id < NextRelease.FIRST_ID));

        // A rollback: the older one reads all that the newer one wrote.
        first = today();
        second.close();
        anotherEip();
        assertTrue(shown().entrySet().containsAll(held.entrySet()), () -> "something moved: " + shown());
        replayHolds(WireCodec.bundled(), new Replay(WireCodec.bundled()));

        // Adopting is refused as long as somebody does not know the rules.
        var adopt = new RulesAdopted(NextRelease.RULES);
        assertEquals(List.of(Rules.NEWEST), knownByCoordinators());
        assertEquals(
                RefusalReason.RULES_NOT_KNOWN,
                declare(List.of(adopt)).orElseThrow().reason());
        Map<String, String> before = holders();
        second = next();
        first.close();
        nodes.install(NextRelease.RULES);
        Eventually.holds(Eventually.LONG, "the newer agents were heard", this::areNewerAgentsHeard);
        allHeld(policies);
        assertEquals(before, holders());
        Eventually.holds(
                Eventually.LONG,
                "the older one has left the group",
                () -> knownByCoordinators().equals(List.of(NextRelease.RULES)));

        Map<String, Assignment> beforeAdoption = shown();
        assertEquals(Optional.empty(), declare(List.of(adopt)));
        Eventually.holds(Eventually.LONG, "agents are told", () -> inForce().equals(NextRelease.RULES));
        Eventually.holds(Eventually.LONG, "a snapshot follows", this::isSnapshotOfNewRules);
        assertEquals(beforeAdoption, shown());
        assertEquals(
                RefusalReason.RULES_ONLY_RISE,
                declare(List.of(adopt)).orElseThrow().reason());

        // From here on the new rules decide, and nothing that was decided changes. Today's would have spread these two.
        assertEquals("node3", anotherEip());
        assertEquals("node3", anotherEip());
        assertTrue(formats(Topics.ASSIGNMENTS).getLast() >= NextRelease.FIRST_ID);

        // The older release does not go on by what it knows, and the newer one goes on where it stood.
        second.close();
        Coordinator old = today();
        var refusal = old.refusal().toCompletableFuture().get(Eventually.LONG.toSeconds(), TimeUnit.SECONDS);
        assertInstanceOf(UnknownRules.class, refusal);
        assertEquals(
                "fleet rules is at rules version " + (Rules.NEWEST.version() + 1) + ", and this release knows "
                        + Rules.NEWEST + " at most. Start a newer release",
                refusal.getMessage());
        old.close();
        second = next();
        assertEquals("node3", anotherEip());

        replayHolds(codec, new Replay(codec, OtherRules::step));
        var refused =
                assertThrows(UnknownRules.class, () -> replayed(WireCodec.bundled(), new Replay(WireCodec.bundled())));
        assertEquals(refusal.getMessage(), refused.getMessage());
        second.close();
    }

    private boolean areNewerAgentsHeard() {
        try (var follower = new FleetFollower(client(), codec, FLEET)) {
            return follower.catchUp().nodes().values().stream()
                    .allMatch(node -> node.reads().equals(NextRelease.RULES));
        }
    }

    private boolean isSnapshotOfNewRules() {
        try (var reader = new LogReader(client(), codec, FLEET)) {
            return reader.read(Logs.SNAPSHOTS).stream()
                    .anyMatch(entry -> entry.value() instanceof FleetSnapshot snapshot
                            && snapshot.rules().equals(NextRelease.RULES));
        }
    }

    private List<Rules> knownByCoordinators() {
        try {
            return CoordinatorGroup.members(client()).stream()
                    .map(CoordinatorGroup.Member::knows)
                    .distinct()
                    .toList();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
