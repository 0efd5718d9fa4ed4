package dev.baton.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.AckOutcome;
import dev.baton.contract.Assignment;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.Decision.AlertRaised;
import dev.baton.contract.Declaration;
import dev.baton.contract.FleetId;
import dev.baton.contract.LivenessSnapshot;
import dev.baton.contract.NodeId;
import dev.baton.contract.Timings;
import dev.baton.contract.Topic;
import dev.baton.contract.Topics;
import dev.baton.contract.wire.Logs;
import dev.baton.contract.wire.MissingLogs;
import dev.baton.contract.wire.PartitionReader;
import dev.baton.contract.wire.TopicSetup;
import dev.baton.contract.wire.WireCodec;
import dev.baton.failover.Coordinator;
import dev.baton.failover.CoordinatorConfig;
import dev.baton.failover.replay.LogReader;
import dev.baton.failover.runner.IncompletePast;
import dev.baton.failover.topology.KafkaHistory;
import dev.baton.launcher.Connection;
import dev.baton.launcher.LogSetup;
import dev.baton.launcher.broker.BrokerOptions;
import dev.baton.launcher.broker.EmbeddedBroker;
import dev.baton.launcher.cli.ReplayCommand;
import dev.baton.launcher.client.Declarer;
import dev.baton.launcher.client.FleetFollower;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/**
 * Logs that are not what was read of them: a coordinator says so and ends before it decides anything. Offsets that
 * somebody resets do no harm.
 */
class LostLogsE2E {
    private static final FleetId FLEET = new FleetId("lost");
    private static final Timings TIMINGS =
            new Timings(Duration.ofMillis(250), Duration.ofMillis(150), Duration.ofSeconds(3));

    private final WireCodec codec = WireCodec.bundled();
    private final EmbeddedBroker broker = EmbeddedBroker.start(BrokerOptions.DEFAULT);
    private final PlayedNodes nodes = new PlayedNodes(FLEET.value(), broker.bootstrap(), TIMINGS).with("node1");
    private final Admin admin = Admin.create(client());
    private Optional<Assignment> held = Optional.empty();

    /** A node holds an EIP; the coordinator has taken snapshots and stopped. */
    @BeforeEach
    void liveAWhile() throws InterruptedException {
        LogSetup.ensure(client());
        try (var coordinator = coordinator();
                var declarer = new Declarer(client(), codec, FLEET)) {
            declarer.declare(declarations(), Eventually.LONG);
            nodes.answer(assignment(AssignmentStep.ACQUIRE), AckOutcome.APPLIED);
            held = Optional.of(assignment(AssignmentStep.HELD));
            Eventually.holds(
                    Eventually.LONG,
                    "snapshots of both folds",
                    () -> Topics.OF_STATES.stream()
                            .filter(Topics.THAT_BELONG_TOGETHER::contains)
                            .allMatch(log -> end(log) > 0));
            assertTrue(coordinator.isRunning());
        }
    }

    @AfterEach
    void stop() {
        nodes.close();
        admin.close();
        broker.close();
    }

    private Map<String, Object> client() {
        return Connection.client(broker.bootstrap());
    }

    private Coordinator coordinator() throws InterruptedException {
        var config = new CoordinatorConfig(broker.bootstrap(), FLEET, Optional.empty(), client());
        return Coordinator.start(config.withSnapshotEvery(5), codec);
    }

    private Assignment assignment(AssignmentStep step) {
        return Eventually.get(Eventually.LONG, () -> "an EIP in step " + step, () -> {
            try (var follower = new FleetFollower(client(), codec, FLEET)) {
                return follower.catchUp().eips().values().stream()
                        .map(eip -> eip.assignment())
                        .filter(assignment -> assignment.step() == step)
                        .findFirst();
            }
        });
    }

    private long end(Topic topic) {
        try (var reader = new PartitionReader(client())) {
            return reader.end(new TopicPartition(topic.name(), 0));
        }
    }

    private static List<Declaration> declarations() {
        var all = new ArrayList<Declaration>(OneNodeFleet.settings());
        all.addAll(OneNodeFleet.declarations(1));
        return all;
    }

    /** What agents read: the last word on each EIP; a removal is none. */
    private Map<String, Assignment> shown() {
        var last = new TreeMap<String, Assignment>();
        try (var reader = new PartitionReader(client())) {
            TopicPartition source = reader.source(Topics.ASSIGNMENTS, FLEET);
            reader.read(source, reader.begin(source), reader.end(source), record -> {
                if (record.value() == null) {
                    last.clear();
                } else {
                    Assignment assignment = codec.decode(Logs.ASSIGNMENTS, record.value());
                    last.put(assignment.eip().toString(), assignment);
                }
            });
        }
        return last;
    }

    private void nothingWasTakenAway() {
        Assignment before = held.orElseThrow();
        Assignment now =
                Optional.ofNullable(shown().get(before.eip().toString())).orElseThrow();
        assertEquals(before.epoch(), now.epoch());
        assertEquals(before.holder(), now.holder());
    }

    private void delete(Topic topic) throws Exception {
        admin.deleteTopics(List.of(topic.name())).all().get();
        Eventually.holds(Eventually.LONG, topic.name() + " is gone", () -> !topics().contains(topic.name()));
    }

    private Set<String> topics() {
        try {
            return admin.listTopics().names().get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("which topics there are is not known", e);
        }
    }

    private void makeAnew(Topic topic) throws Exception {
        var named = new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
        Map<String, String> settings =
                admin.describeConfigs(List.of(named)).values().values().iterator().next().get().entries().stream()
                        .filter(entry -> entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG)
                        .collect(Collectors.toMap(ConfigEntry::name, ConfigEntry::value));
        delete(topic);
        admin.createTopics(List.of(new NewTopic(topic.name(), Topics.PARTITIONS, (short) 1).configs(settings)))
                .all()
                .get();
        LogSetup.ensure(client());
    }

    private void startRefuses(String problem) {
        var refusal = assertThrows(IncompletePast.class, this::coordinator);
        String text = String.valueOf(refusal.getMessage());
        assertTrue(text.startsWith(problem), text);
        assertTrue(text.contains(". Bring the log back"), text);
        nothingWasTakenAway();
    }

    /** As retention does it, a day later. */
    @Test
    void whatHeartbeatsDecidedIsDecidedAgainWhenTheyAreGone() throws Exception {
        assertTrue(replayed(0).contains("liveness by excerpts: 1 changes of phase compared, all the same"));
        var heartbeats = new TopicPartition(Topics.HEARTBEATS.name(), 0);
        var before = RecordsToDelete.beforeOffset(end(Topics.HEARTBEATS) - 12);
        admin.deleteRecords(Map.of(heartbeats, before)).all().get(30, TimeUnit.SECONDS);
        List<String> lines = replayed(0).lines().toList();
        assertTrue(
                lines.get(1).matches("liveness from offset \\d+ on, older heartbeats are no longer kept: .*"),
                lines::toString);
        assertEquals(
                3, lines.stream().filter(line -> line.endsWith("all the same")).count(), lines::toString);

        admin.deleteRecords(Map.of(heartbeats, RecordsToDelete.beforeOffset(end(Topics.HEARTBEATS))))
                .all()
                .get(30, TimeUnit.SECONDS);
        lines = replayed(0).lines().toList();
        assertEquals(
                "liveness: not replayed, the oldest heartbeats are no longer kept, and no snapshot of it is",
                lines.get(1));
        assertTrue(lines.get(2).endsWith("all the same"), lines::toString);
    }

    private String replayed(int status) {
        var out = new StringWriter();
        var command = new CommandLine(new ReplayCommand()).setOut(new PrintWriter(out));
        assertEquals(
                status, command.execute("--bootstrap", broker.bootstrap(), "--fleet", FLEET.value()), out::toString);
        return out.toString();
    }

    @Test
    void aLogThatIsMissingBesideOthersIsNotMadeAnew() throws Exception {
        delete(Topics.FLEET);
        var refusal = assertThrows(MissingLogs.class, () -> LogSetup.ensure(client()));
        String text = String.valueOf(refusal.getMessage());
        assertTrue(
                text.startsWith(
                        "topics baton.fleet are missing, but baton.decisions, baton.declarations, baton.excerpts,"
                                + " baton.heartbeats, baton.liveness-snapshots, baton.snapshots have records"),
                text);
        assertTrue(!topics().contains(Topics.FLEET.name()));
        var later = assertThrows(
                MissingLogs.class, () -> TopicSetup.check(admin, new TopicSetup.Layout(Topics.PARTITIONS, (short) 1)));
        assertEquals("topics baton.fleet are not there any more", later.getMessage());
    }

    @Test
    void aFleetLogThatWasMadeAnewEndsACoordinator() throws Exception {
        makeAnew(Topics.FLEET);
        startRefuses("baton.fleet-0 ends at offset ");
    }

    @Test
    void heartbeatsThatWereMadeAnewEndACoordinator() throws Exception {
        makeAnew(Topics.HEARTBEATS);
        startRefuses("baton.heartbeats-0 ends at offset ");
    }

    @Test
    void aLogThatLostItsEndRefusesAStart() throws Exception {
        long end = end(Topics.FLEET);
        commit(end + 3);
        startRefuses("baton.fleet-0 ends at offset " + end + ", but was read up to " + (end + 3) + ": ");
    }

    /** Nobody decides by alerts: a topic that cannot be written stops nothing. */
    @Test
    void decisionsGoOnWithoutTheTopicOfAlerts() throws Exception {
        try (var coordinator = coordinator();
                var declarer = new Declarer(client(), codec, FLEET)) {
            admin.deleteTopics(List.of(Topics.ALERTS.name())).all().get();
            nodes.silence(new NodeId("node1"));
            Eventually.holds(Eventually.LONG, "the alert is decided", this::isAlertDecided);
            for (int i = 0; i < 3; i++) {
                List<Declarer.Answer> answers = declarer.declare(declarations(), Eventually.LONG);
                assertEquals(declarations().size(), answers.size());
            }
            assertTrue(coordinator.isRunning());
        }
    }

    private boolean isAlertDecided() {
        try (var reader = new LogReader(client(), codec, FLEET)) {
            return reader.read(Logs.DECISIONS).stream()
                    .anyMatch(entry -> entry.value().decision() instanceof AlertRaised);
        }
    }

    /** The new log is far shorter than the newest snapshot's offset when a coordinator looks at it. */
    @Test
    void aFleetLogThatIsMadeAnewBesideARunningCoordinatorEndsIt() throws Exception {
        try (var coordinator = coordinator();
                var declarer = new Declarer(client(), codec, FLEET)) {
            for (int i = 0; i < 20; i++) {
                declarer.declare(declarations(), Eventually.LONG);
            }
            makeAnew(Topics.FLEET);
            declarer.append(declarations());
            var refusal = assertInstanceOf(
                    IncompletePast.class,
                    coordinator.refusal().toCompletableFuture().get(Eventually.LONG.toSeconds(), TimeUnit.SECONDS));
            assertTrue(String.valueOf(refusal.getMessage()).contains("it was made anew"), refusal::toString);
        }
        nothingWasTakenAway();
    }

    /** As after an outage of more than a day, or beside an older release, which wrote all snapshots to one log. */
    @Test
    void withoutTheLogOfLivenessSnapshotsAStartStandsOnTheOneThatIsKept() throws Exception {
        var history = new KafkaHistory(client(), codec);
        long newest = newestOfLiveness(history).orElseThrow();
        var kept = new ArrayList<ProducerRecord<byte[], byte[]>>();
        try (var reader = new PartitionReader(client())) {
            TopicPartition source = reader.source(Topics.LIVENESS_SNAPSHOTS, FLEET);
            reader.read(
                    source,
                    reader.begin(source),
                    reader.end(source),
                    record -> kept.add(new ProducerRecord<>(
                            Topics.SNAPSHOTS.name(), 0, record.key(), record.value(), record.headers())));
        }
        delete(Topics.LIVENESS_SNAPSHOTS);
        write(kept);
        LogSetup.ensure(client());
        assertEquals(0, end(Topics.LIVENESS_SNAPSHOTS));
        assertEquals(OptionalLong.of(newest), newestOfLiveness(history));
        try (var coordinator = coordinator()) {
            Eventually.holds(Eventually.LONG, "it decides", () -> end(Topics.LIVENESS_SNAPSHOTS) > 0);
            assertTrue(coordinator.isRunning());
            nothingWasTakenAway();
        }
    }

    private static OptionalLong newestOfLiveness(KafkaHistory history) {
        return history.snapshots(LivenessSnapshot.class, 0, Long.MAX_VALUE).wholeAt();
    }

    private void write(List<ProducerRecord<byte[], byte[]>> records) throws Exception {
        try (var producer = new KafkaProducer<>(client(), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (ProducerRecord<byte[], byte[]> record : records) {
                producer.send(record).get();
            }
        }
    }

    private void commit(long offset) throws Exception {
        var fleet = new TopicPartition(Topics.FLEET.name(), 0);
        admin.alterConsumerGroupOffsets("baton-coordinator", Map.of(fleet, new OffsetAndMetadata(offset)))
                .all()
                .get();
    }

    @Test
    void offsetsThatAreResetMoveNothing() throws Exception {
        for (long offset : List.of(0L, end(Topics.FLEET))) {
            commit(offset);
            try (var coordinator = coordinator()) {
                long before = end(Topics.LIVENESS_SNAPSHOTS);
                Eventually.holds(Eventually.LONG, "it decides", () -> end(Topics.LIVENESS_SNAPSHOTS) > before);
                assertTrue(!coordinator.refusal().toCompletableFuture().isDone());
                assertEquals(
                        held.orElseThrow().eip(),
                        assignment(AssignmentStep.HELD).eip());
                nothingWasTakenAway();
            }
        }
    }

    /** They cannot be taken away again, so they must do no harm. */
    @Test
    void partitionsThatSomebodyAddsTearNoFleetInTwo() throws Exception {
        admin.createPartitions(Topics.ALL.stream()
                        .collect(Collectors.toMap(Topic::name, topic -> NewPartitions.increaseTo(5))))
                .all()
                .get();
        LogSetup.ensure(client());
        try (var coordinator = coordinator();
                var declarer = new Declarer(client(), codec, FLEET)) {
            for (Declarer.Answer answer : declarer.declare(declarations(), Eventually.LONG)) {
                assertEquals(Optional.empty(), answer.refused());
            }
            assertEquals(
                    held.orElseThrow().epoch(), assignment(AssignmentStep.HELD).epoch());
            assertTrue(coordinator.isRunning());
        }
        nothingWasTakenAway();
    }
}
