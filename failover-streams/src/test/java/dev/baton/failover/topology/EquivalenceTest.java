package dev.baton.failover.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.AckOutcome;
import dev.baton.contract.Assignment;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.DatapathAcknowledged;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.Decided;
import dev.baton.contract.Declaration;
import dev.baton.contract.DrainRequested;
import dev.baton.contract.FleetId;
import dev.baton.contract.GatewayDeclared;
import dev.baton.contract.GatewayId;
import dev.baton.contract.Holder;
import dev.baton.contract.IpFamily;
import dev.baton.contract.LabelSelector;
import dev.baton.contract.Lineage;
import dev.baton.contract.LivenessEvent;
import dev.baton.contract.NodeDeclared;
import dev.baton.contract.NodeId;
import dev.baton.contract.PolicyDeclared;
import dev.baton.contract.PolicyId;
import dev.baton.contract.Pool;
import dev.baton.contract.Sequenced;
import dev.baton.contract.Topic;
import dev.baton.contract.wire.Log;
import dev.baton.contract.wire.Logs;
import dev.baton.contract.wire.WireCodec;
import dev.baton.failover.replay.LogEntry;
import dev.baton.failover.replay.Replay;
import dev.baton.failover.runner.Beats;
import dev.baton.failover.runner.Watch;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the topology writes is what the plain folds say of the logs that it wrote. */
class EquivalenceTest {
    private static final FleetId FLEET = new FleetId("test");
    private final WireCodec codec = WireCodec.bundled();
    private final AtomicLong nanos = new AtomicLong();
    private final TopologyTestDriver driver;
    private final TestInputTopic<byte[], byte[]> heartbeats;
    private final TestInputTopic<byte[], byte[]> declarations;
    private final TestOutputTopic<byte[], byte[]> heartbeatsOut;
    private final TestOutputTopic<byte[], byte[]> fleetOut;
    private final TestOutputTopic<byte[], byte[]> decisionsOut;
    private final TestOutputTopic<byte[], byte[]> assignmentsOut;
    private final List<LogEntry<LivenessEvent>> heartbeatLog = new ArrayList<>();
    private final List<LogEntry<Sequenced>> fleetLog = new ArrayList<>();
    private final List<LogEntry<Decided>> decisionLog = new ArrayList<>();
    private final Map<String, Assignment> assignments = new TreeMap<>();
    private final Map<NodeId, Long> sequences = new TreeMap<>();
    private Instant now = Instant.ofEpochSecond(1_000_000);

    EquivalenceTest() {
        var names = new AtomicLong();
        var shell = new Shell(
                codec,
                Folds.RELEASED,
                History.NONE,
                Watch.SILENT,
                nanos::get,
                () -> "ticker-" + names.incrementAndGet(),
                () -> Lineage.of(7),
                Duration.ofMillis(10),
                50,
                record -> {},
                new Pulse(nanos::get));
        var properties = new Properties();
        properties.put("application.id", "test");
        properties.put("bootstrap.servers", "unused:1");
        driver = new TopologyTestDriver(FailoverTopology.of(shell), properties, now);
        heartbeats = input(Logs.HEARTBEATS.topic());
        declarations = input(Logs.DECLARATIONS.topic());
        heartbeatsOut = output(Logs.HEARTBEATS.topic());
        fleetOut = output(Logs.FLEET.topic());
        decisionsOut = output(Logs.DECISIONS.topic());
        assignmentsOut = output(Logs.ASSIGNMENTS.topic());
    }

    private TestInputTopic<byte[], byte[]> input(Topic topic) {
        return driver.createInputTopic(topic.name(), new ByteArraySerializer(), new ByteArraySerializer());
    }

    private TestOutputTopic<byte[], byte[]> output(Topic topic) {
        return driver.createOutputTopic(topic.name(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @AfterEach
    void close() {
        driver.close();
    }

    private <T> void send(TestInputTopic<byte[], byte[]> topic, Log<T> log, T value) {
        topic.pipeInput(
                log.keyOf(FLEET, value).toString().getBytes(StandardCharsets.UTF_8), codec.encode(log, value), now);
        drain();
    }

    /** The driver feeds a sink's records to the source of the same topic, with the time that the record bears. */
    private void drain() {
        fleetOut.readRecordsToList()
                .forEach(record -> fleetLog.add(
                        new LogEntry<>(fleetLog.size(), now, FLEET, codec.decode(Logs.FLEET, record.value()))));
        decisionsOut
                .readRecordsToList()
                .forEach(record -> decisionLog.add(
                        new LogEntry<>(decisionLog.size(), now, FLEET, codec.decode(Logs.DECISIONS, record.value()))));
        assignmentsOut.readRecordsToList().forEach(record -> {
            var assignment = codec.decode(Logs.ASSIGNMENTS, record.value());
            assignments.put(assignment.eip().toString(), assignment);
        });
        heartbeatsOut.readRecordsToList();
    }

    private void beat(int node, long incarnation) {
        var id = new NodeId("node" + node);
        long sequence = sequences.merge(id, 1L, Long::sum);
        send(heartbeats, Logs.HEARTBEATS, Beats.of(id, incarnation, sequence, now));
    }

    private void pass(Duration time) {
        for (Duration passed = Duration.ZERO; passed.compareTo(time) < 0; passed = passed.plusMillis(10)) {
            now = now.plusMillis(10);
            nanos.addAndGet(Duration.ofMillis(10).toNanos());
            driver.advanceWallClockTime(Duration.ofMillis(10));
            drain();
        }
    }

    private void answer(Assignment asked, Holder who, AckOutcome outcome) {
        send(
                heartbeats,
                Logs.HEARTBEATS,
                new DatapathAcknowledged(
                        who.node(),
                        who.incarnation(),
                        asked.eip(),
                        asked.epoch(),
                        outcome,
                        DatapathFault.NONE,
                        Optional.empty(),
                        Duration.ofMillis(2)));
    }

    @Test
    void theTopologyDecidesWhatTheFoldsDecideByteForByte() {
        for (int n = 1; n <= 3; n++) {
            Declaration node =
                    new NodeDeclared(new NodeId("node" + n), new TreeMap<>(Map.of("egress", "true")), true, false);
            send(declarations, Logs.DECLARATIONS, node);
        }
        send(
                declarations,
                Logs.DECLARATIONS,
                new GatewayDeclared(
                        new GatewayId("egw"),
                        true,
                        Pool.parse("ipv4", IpFamily.V4, List.of("10.6.1.0/28")),
                        Pool.EMPTY,
                        Optional.empty(),
                        Optional.empty(),
                        new LabelSelector(new TreeMap<>(Map.of("egress", "true")), List.of())));
        // The log's beginning: whatever an earlier one granted runs out.
        for (int i = 0; i < 10; i++) {
            for (int n = 1; n <= 3; n++) {
                beat(n, 1);
            }
            pass(Duration.ofMillis(400));
        }
        for (int p = 0; p < 5; p++) {
            send(
                    declarations,
                    Logs.DECLARATIONS,
                    new PolicyDeclared(
                            PolicyId.cluster("p" + p),
                            Optional.empty(),
                            new PolicyDeclared.EgressIp(
                                    Optional.empty(), Optional.empty(), false, PolicyDeclared.AllocatorPolicy.RR),
                            List.of(),
                            new LabelSelector(new TreeMap<>(Map.of("app", "p" + p)), List.of()),
                            List.of(),
                            Optional.empty(),
                            0));
        }
        assertEquals(5, assignments.size());
        List.copyOf(assignments.values())
                .forEach(now -> answer(now, now.holder().orElseThrow(), AckOutcome.APPLIED));
        // node3 falls silent while the others go on.
        for (int i = 0; i < 10; i++) {
            pass(Duration.ofMillis(400));
            beat(1, 1);
            beat(2, 1);
        }
        assertTrue(
                assignments.values().stream()
                        .noneMatch(a -> a.holder().orElseThrow().node().equals(new NodeId("node3"))),
                assignments.toString());
        List.copyOf(assignments.values()).stream()
                .filter(a -> a.step() == AssignmentStep.ACQUIRE)
                .forEach(a -> answer(a, a.holder().orElseThrow(), AckOutcome.APPLIED));
        send(declarations, Logs.DECLARATIONS, new DrainRequested(new NodeId("node1"), true));

        var report = new Replay(codec).coordination(FLEET, fleetLog, decisionLog, Long.MAX_VALUE);
        assertEquals(Optional.empty(), report.first());
        assertTrue(report.compared() > 30, report.toString());
        assertEquals(decisionLog.size(), report.compared());
        assertEquals(0, report.unrecorded());
        theLastDecisionsAreMissed();
    }

    private void theLastDecisionsAreMissed() {
        var cut = decisionLog.subList(0, decisionLog.size() - 3);
        var mayStillCome = new Replay(codec).coordination(FLEET, fleetLog, cut, 0);
        assertTrue(mayStillCome.holds(), mayStillCome.toString());
        assertEquals(3, mayStillCome.unrecorded());
        var lost = new Replay(codec).coordination(FLEET, fleetLog, cut, Long.MAX_VALUE);
        assertFalse(lost.holds(), lost.toString());
        var none = new Replay(codec).coordination(FLEET, fleetLog, List.of(), Long.MAX_VALUE);
        assertFalse(none.holds(), none.toString());
    }
}
