package dev.baton.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.AckOutcome;
import dev.baton.contract.Assignment;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.Cidr;
import dev.baton.contract.Decision.AlertCode;
import dev.baton.contract.Declaration;
import dev.baton.contract.FleetId;
import dev.baton.contract.FleetSnapshot;
import dev.baton.contract.NodeId;
import dev.baton.contract.PolicyBinding;
import dev.baton.contract.PolicyDeclared;
import dev.baton.contract.PolicyId;
import dev.baton.contract.PolicyRemoved;
import dev.baton.contract.Snapshot;
import dev.baton.contract.Timings;
import dev.baton.contract.Topic;
import dev.baton.contract.Topics;
import dev.baton.contract.TunnelPhase;
import dev.baton.contract.wire.Key;
import dev.baton.contract.wire.Logs;
import dev.baton.contract.wire.PartitionReader;
import dev.baton.contract.wire.WireCodec;
import dev.baton.failover.Coordinator;
import dev.baton.failover.CoordinatorConfig;
import dev.baton.failover.core.FleetState;
import dev.baton.failover.core.LivenessState;
import dev.baton.failover.replay.LogEntry;
import dev.baton.failover.replay.LogReader;
import dev.baton.launcher.Connection;
import dev.baton.launcher.LogSetup;
import dev.baton.launcher.broker.BrokerOptions;
import dev.baton.launcher.broker.EmbeddedBroker;
import dev.baton.launcher.client.Declarer;
import dev.baton.launcher.client.FleetFollower;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a coordinator must find again when it takes over, on a broker of its own: real logs, committed offsets, groups.
 */
class CoordinatorRestartE2E {
    private static final Timings TIMINGS =
            new Timings(Duration.ofMillis(250), Duration.ofMillis(150), Duration.ofSeconds(3));
    private final WireCodec codec = WireCodec.bundled();
    private final EmbeddedBroker broker = EmbeddedBroker.start(BrokerOptions.DEFAULT);

    @BeforeEach
    void makeLogs() throws InterruptedException {
        LogSetup.ensure(client());
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    private Map<String, Object> client() {
        return Connection.client(broker.bootstrap());
    }

    private Coordinator coordinator(String fleet, int snapshotEvery) throws InterruptedException {
        var config = new CoordinatorConfig(broker.bootstrap(), new FleetId(fleet), Optional.empty(), client());
        return Coordinator.start(config.withSnapshotEvery(snapshotEvery), codec);
    }

    private void declare(String fleet, List<? extends Declaration> declarations) throws InterruptedException {
        try (var declarer = new Declarer(client(), codec, new FleetId(fleet))) {
            for (Declarer.Answer answer : declarer.declare(declarations, Eventually.LONG)) {
                assertEquals(Optional.empty(), answer.refused());
            }
        }
    }

    private FleetState state(String fleet) {
        try (var follower = new FleetFollower(client(), codec, new FleetId(fleet))) {
            return follower.catchUp();
        }
    }

    /** Waits until the fleet's only EIP is in this step. */
    private Assignment assignment(String fleet, AssignmentStep step, Duration limit) {
        return Eventually.get(
                limit,
                () -> "the EIP is in " + step + ": " + state(fleet).eips().values(),
                () -> state(fleet).eips().values().stream()
                        .map(eip -> eip.assignment())
                        .filter(assignment -> assignment.step() == step)
                        .findFirst());
    }

    private void write(ProducerRecord<byte[], byte[]> record) {
        write(List.of(record));
    }

    private void write(List<ProducerRecord<byte[], byte[]>> records) {
        try (var producer = new KafkaProducer<>(client(), new ByteArraySerializer(), new ByteArraySerializer())) {
            records.forEach(producer::send);
        }
    }

    @Test
    void aPauseEndsAfterATakeOverAlsoIfNobodyAppendsAnything() throws Exception {
        try (var nodes = new PlayedNodes("quiet", broker.bootstrap(), TIMINGS).with("node1")) {
            try (var first = coordinator("quiet", 50)) {
                declare("quiet", OneNodeFleet.settings());
                declare("quiet", OneNodeFleet.declarations(1));
                nodes.answer(assignment("quiet", AssignmentStep.ACQUIRE, Eventually.LONG), AckOutcome.FAILED);
                assignment("quiet", AssignmentStep.WAITING, Eventually.LONG);
            }
            commitToTheEnd(Topics.FLEET);
            try (var second = coordinator("quiet", 50)) {
                assignment("quiet", AssignmentStep.ACQUIRE, Duration.ofSeconds(30));
            }
        }
    }

    /** As if the last tick had been folded too, before the coordinator stopped: now nothing is left to be read. */
    private void commitToTheEnd(Topic topic) throws Exception {
        var partition = new TopicPartition(topic.name(), 0);
        try (var admin = Admin.create(client())) {
            long end = admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                    .partitionResult(partition)
                    .get()
                    .offset();
            admin.alterConsumerGroupOffsets("baton-coordinator", Map.of(partition, new OffsetAndMetadata(end)))
                    .all()
                    .get();
        }
    }

    @Test
    void everyFleetOfAPartitionIsRestoredWhoseSnapshotsLieFurtherBackThanOthers() throws Exception {
        List<String> fleets = List.of("cluster-a", "cluster-b", "cluster-c");
        try (var first = coordinator("cluster-a", 20)) {
            for (String fleet : fleets) {
                declare(fleet, OneNodeFleet.declarations(3));
            }
            // Until a snapshot holds all that was declared.
            for (int i = 0; i < 20; i++) {
                declare("cluster-a", OneNodeFleet.declarations(3));
            }
        }
        hideAllButTheLastFleetSnapshot(fleets);
        try (var second = coordinator("cluster-a", 20)) {
            for (String fleet : fleets) {
                // A policy that was forgotten could not be removed.
                var gone = OneNodeFleet.declarations(3).stream()
                        .flatMap(declaration -> declaration instanceof PolicyDeclared policy
                                ? Stream.of(new PolicyRemoved(policy.policy()))
                                : Stream.of())
                        .limit(1)
                        .toList();
                declare(fleet, gone);
                assertEquals(2, state(fleet).policies().size(), fleet);
            }
            for (String fleet : fleets) {
                try (var reader = new LogReader(client(), codec, new FleetId(fleet))) {
                    assertEquals(
                            3,
                            reader.read(Logs.POLICIES).stream()
                                    .map(entry -> entry.value().policy())
                                    .distinct()
                                    .count(),
                            fleet);
                }
            }
        }
    }

    /** Records of the other fold behind the last round of fleet snapshots: a window of 64 shows one of its three. */
    private void hideAllButTheLastFleetSnapshot(List<String> fleets) {
        var last = new AtomicLong(-1);
        long end;
        try (var reader = new PartitionReader(client())) {
            var snapshots = new TopicPartition(Topics.SNAPSHOTS.name(), 0);
            end = reader.end(snapshots);
            reader.read(snapshots, 0, end, record -> {
                if (codec.decode(Logs.SNAPSHOTS, record.value()) instanceof FleetSnapshot) {
                    last.set(record.offset());
                }
            });
        }
        var behind = new ArrayList<ProducerRecord<byte[], byte[]>>();
        for (long offset = end; offset < last.get() + 64; offset++) {
            var fleet = new FleetId(fleets.get((int) (offset % fleets.size())));
            Snapshot snapshot = LivenessState.start(fleet).snapshot(0);
            behind.add(codec.record(Logs.SNAPSHOTS, fleet, snapshot));
        }
        write(behind);
    }

    /** As one that was stopped, and replaced meanwhile, says them when it goes on. */
    @Test
    void oldWordsThatComeLastArePutRight() throws Exception {
        var fleet = new FleetId("views");
        try (var owner = coordinator("views", 1_000)) {
            declare("views", OneNodeFleet.declarations(1));
            PolicyBinding right = Eventually.get(
                    Eventually.LONG,
                    () -> "a binding is shown",
                    () -> policies(fleet).values().stream().findFirst());
            var gone = PolicyId.parse("default/gone");
            var old = new PolicyBinding(
                    right.policy(), right.gateway(), Optional.empty(), List.of(Cidr.parse("10.1.0.0/16")), 7, 0);
            var stray = new PolicyBinding(gone, right.gateway(), Optional.empty(), List.of(), 0, 0);
            write(List.of(codec.record(Logs.POLICIES, fleet, old), codec.record(Logs.POLICIES, fleet, stray)));
            Eventually.holds(Eventually.LONG, "what is right is said again", () -> {
                var shown = policies(fleet);
                return shown.size() == 1
                        && shown.values().stream()
                                .allMatch(last -> last.withCause(0).equals(right.withCause(0)));
            });
            assertTrue(owner.isRunning());
        }
    }

    /** What the log ends with. */
    private Map<String, PolicyBinding> policies(FleetId fleet) {
        var last = new TreeMap<String, PolicyBinding>();
        try (var reader = new PartitionReader(client())) {
            TopicPartition source = reader.source(Topics.POLICIES, fleet);
            reader.read(source, reader.begin(source), reader.end(source), record -> {
                String key = Key.of(record.key()).toString();
                if (record.value() == null) {
                    last.remove(key);
                } else {
                    last.put(key, codec.decode(Logs.POLICIES, record.value()));
                }
            });
        }
        return last;
    }

    @Test
    void recordsWithoutKeyOrValueInAnyLogStopNeitherCoordinatorsNorReaders() throws Exception {
        try (var nodes = new PlayedNodes("strange", broker.bootstrap(), TIMINGS).with("node1")) {
            try (var first = coordinator("strange", 5)) {
                declare("strange", OneNodeFleet.declarations(1));
                nonsense();
                declare("strange", OneNodeFleet.declarations(2));
            }
            nonsense();
            try (var second = coordinator("strange", 5)) {
                declare("strange", OneNodeFleet.declarations(3));
                assertEquals(3, state("strange").policies().size());
                Assignment asked = assignment("strange", AssignmentStep.ACQUIRE, Eventually.LONG);
                nodes.answer(asked, AckOutcome.APPLIED);
                assignment("strange", AssignmentStep.HELD, Eventually.LONG);
            }
        }
    }

    /** Kafka acknowledges its heartbeats, so it holds its EIP: nobody else may get it. */
    @Test
    void aNodeWhoseHeartbeatsAreOfANewerReleaseKeepsItsEip() throws Exception {
        var newer = new NodeId("node1");
        var dead = new NodeId("node2");
        try (var nodes = new PlayedNodes("newer", broker.bootstrap(), TIMINGS)
                        .with("node1")
                        .with("node2");
                var first = coordinator("newer", 50)) {
            declare("newer", OneNodeFleet.settings());
            declare("newer", OneNodeFleet.declarations(1));
            nodes.answer(assignment("newer", AssignmentStep.ACQUIRE, Eventually.LONG), AckOutcome.APPLIED);
            Assignment held = assignment("newer", AssignmentStep.HELD, Eventually.LONG);
            nodes.garble(newer);
            nodes.silence(dead);
            Eventually.holds(
                    Eventually.LONG, "node2 is timed out", () -> phase("newer", dead) == TunnelPhase.HEARTBEAT_TIMEOUT);
            assertEquals(TunnelPhase.READY, phase("newer", newer));
            assertEquals(held, assignment("newer", AssignmentStep.HELD, Eventually.LONG));
        }
    }

    private TunnelPhase phase(String fleet, NodeId node) {
        return state(fleet).nodes().get(node).orElseThrow().live();
    }

    private void nonsense() {
        var records = new ArrayList<ProducerRecord<byte[], byte[]>>();
        byte[] value = "hello".getBytes(StandardCharsets.UTF_8);
        for (Topic topic : Topics.ALL) {
            // A compacted topic refuses records without a key, so that one only where it is taken.
            if (topic.cleanup() != Topic.Cleanup.COMPACT) {
                records.add(strange(topic, null, value));
                records.add(strange(topic, null, null));
            }
            records.add(strange(topic, "strange/node/node1".getBytes(StandardCharsets.UTF_8), value));
            records.add(strange(topic, "no key of ours".getBytes(StandardCharsets.UTF_8), value));
            if (topic.cleanup() != Topic.Cleanup.COMPACT) {
                records.add(strange(topic, "strange/node/node1".getBytes(StandardCharsets.UTF_8), null));
            }
        }
        write(records);
    }

    @SuppressWarnings("NullAway") // Records without key or value are what this is about.
    private static ProducerRecord<byte[], byte[]> strange(Topic topic, byte @Nullable [] key, byte @Nullable [] value) {
        return new ProducerRecord<>(topic.name(), 0, key, value);
    }

    /** Whatever somebody writes is passed over, counted by what is wrong with it, and an alert. */
    @Test
    void whatNobodyCanReadIsCountedAndAnAlert() throws Exception {
        byte[] key = "noisy/node/node1".getBytes(StandardCharsets.UTF_8);
        String heartbeats = Topics.HEARTBEATS.name();
        try (var coordinator = coordinator("noisy", 50)) {
            declare("noisy", OneNodeFleet.declarations(1));
            write(List.of(
                    new ProducerRecord<>(heartbeats, 0, key, new byte[] {1, 2, 3}),
                    new ProducerRecord<>(heartbeats, 0, key, new byte[] {0, 0x7f, 0x7f, 0x7f, 0x7f, 1}),
                    new ProducerRecord<>(heartbeats, 0, new byte[] {1}, new byte[] {1})));
            for (String reason : List.of("NO_SCHEMA_ID", "SCHEMA_UNKNOWN", "KEY")) {
                Eventually.holds(
                        Eventually.LONG,
                        reason + " is counted: " + coordinator.counters().text(),
                        () -> coordinator
                                        .counters()
                                        .get(
                                                "baton_coordinator_records_passed_over_total",
                                                "log",
                                                heartbeats,
                                                "reason",
                                                reason)
                                == 1);
            }
            Eventually.holds(Eventually.LONG, "the alert is there", () -> {
                try (var reader = new LogReader(client(), codec, new FleetId("noisy"))) {
                    return reader.read(Logs.ALERTS).stream()
                            .map(LogEntry::value)
                            .anyMatch(alert -> alert.code() == AlertCode.RECORDS_PASSED_OVER
                                    && alert.subject().equals(heartbeats));
                }
            });
            declare("noisy", OneNodeFleet.declarations(2));
        }
    }
}
