package dev.baton.failover.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.FleetEvent;
import dev.baton.contract.FleetId;
import dev.baton.contract.Incarnation;
import dev.baton.contract.Lineage;
import dev.baton.contract.NodeDeclared;
import dev.baton.contract.NodeId;
import dev.baton.contract.NodeLeaving;
import dev.baton.contract.RulesAdopted;
import dev.baton.contract.Topic;
import dev.baton.contract.TunnelPhaseChanged;
import dev.baton.contract.UnreadableReason;
import dev.baton.contract.wire.Log;
import dev.baton.contract.wire.Logs;
import dev.baton.contract.wire.WireCodec;
import dev.baton.failover.runner.Beats;
import dev.baton.failover.runner.Watch;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever somebody writes into a log that others may write: it is passed over, counted, and the folds go on. */
class IntakeTest {
    private static final FleetId FLEET = new FleetId("test");
    private static final int RANDOM_RECORDS = 20_000;
    private final WireCodec codec = WireCodec.bundled();
    private final Instant now = Instant.ofEpochSecond(1_000_000);
    private final List<String> passedOver = new ArrayList<>();
    private final TopologyTestDriver driver;

    IntakeTest() {
        var watch = new Watch.Silent() {
            @Override
            public void undecodable(
                    Optional<FleetId> fleet, String log, long offset, UnreadableReason kind, String why) {
                passedOver.add(log);
            }
        };
        var shell = new Shell(
                codec,
                Folds.RELEASED,
                History.NONE,
                watch,
                () -> 0,
                () -> "ticker",
                () -> Lineage.of(7),
                Duration.ofMillis(10),
                1_000_000,
                record -> {},
                new Pulse(() -> 0));
        var properties = new Properties();
        properties.put("application.id", "test");
        properties.put("bootstrap.servers", "unused:1");
        driver = new TopologyTestDriver(FailoverTopology.of(shell), properties, now);
    }

    @AfterEach
    void close() {
        driver.close();
    }

    private TestInputTopic<byte[], byte[]> input(Topic topic) {
        return driver.createInputTopic(topic.name(), new ByteArraySerializer(), new ByteArraySerializer());
    }

    @SuppressWarnings("NullAway") // A record without a key or a value is what this is about.
    private void write(Topic topic, byte @Nullable [] key, byte @Nullable [] value) {
        input(topic).pipeInput(key, value, now);
    }

    private <T> void write(Log<T> log, T value) {
        write(
                log.topic(),
                log.keyOf(FLEET, value).toString().getBytes(StandardCharsets.UTF_8),
                codec.encode(log, value));
    }

    /** What reached the fleet log, of all that was written; without what the coordinator itself begins a log with. */
    private List<FleetEvent> sequenced() {
        var output = driver.createOutputTopic(
                Logs.FLEET.topic().name(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        return output.readKeyValuesToList().stream()
                .map((KeyValue<byte[], byte[]> record) ->
                        codec.decode(Logs.FLEET, record.value).event())
                .filter(event -> !(event instanceof RulesAdopted))
                .toList();
    }

    private void theFoldsGoOn() {
        var node = new NodeId("node1");
        write(Logs.DECLARATIONS, new NodeDeclared(node, new TreeMap<>(Map.of()), true, false));
        write(Logs.HEARTBEATS, Beats.of(node, 1, 1, now));
        List<FleetEvent> events = sequenced();
        assertEquals(2, events.size(), events::toString);
        assertEquals(NodeDeclared.class, events.get(0).getClass());
        assertEquals(TunnelPhaseChanged.class, events.get(1).getClass());
    }

    static Stream<Topic> topics() {
        return Stream.of(Logs.HEARTBEATS.topic(), Logs.DECLARATIONS.topic(), Logs.FLEET.topic());
    }

    @ParameterizedTest
    @MethodSource("topics")
    void aRecordWithoutKeyOrValueIsPassedOver(Topic topic) {
        byte[] key = "test/node/node1".getBytes(StandardCharsets.UTF_8);
        write(topic, null, new byte[] {0, 0, 0, 0, 1});
        write(topic, key, null);
        write(topic, null, null);
        assertEquals(List.of(topic.name(), topic.name(), topic.name()), passedOver);
        sequenced();
        theFoldsGoOn();
    }

    @ParameterizedTest
    @MethodSource("topics")
    void aRecordWhoseKeyIsNoneOfOursIsPassedOver(Topic topic) {
        byte[] value = codec.encode(Logs.DECLARATIONS, new NodeDeclared(new NodeId("n"), new TreeMap<>(), true, false));
        for (String key : List.of("", "/", "test", "test/", "/node", "Test Fleet/node", "x".repeat(1_000_000) + "/y")) {
            write(topic, key.getBytes(StandardCharsets.UTF_8), value);
        }
        write(topic, new byte[] {(byte) 0xc3, (byte) 0x28, '/', (byte) 0xff}, value);
        assertEquals(8, passedOver.size(), passedOver::toString);
        sequenced();
        theFoldsGoOn();
    }

    @Test
    void anyBytesArePassedOver() {
        var random = new Random(1);
        byte[] key = "test/node/node1".getBytes(StandardCharsets.UTF_8);
        byte[] heartbeat = codec.encode(Logs.HEARTBEATS, new NodeLeaving(new NodeId("node1"), new Incarnation(1)));
        for (int i = 0; i < RANDOM_RECORDS; i++) {
            byte[] bytes =
                    random.nextBoolean() ? new byte[random.nextInt(40)] : Arrays.copyOf(heartbeat, heartbeat.length);
            for (int n = 0; n < 1 + random.nextInt(4) && bytes.length > 0; n++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            write(random.nextBoolean() ? Logs.HEARTBEATS.topic() : Logs.DECLARATIONS.topic(), key, bytes);
        }
        assertFalse(passedOver.isEmpty());
        sequenced();
        var node = new NodeId("other");
        write(Logs.DECLARATIONS, new NodeDeclared(node, new TreeMap<>(Map.of()), true, false));
        assertEquals(NodeDeclared.class, sequenced().getLast().getClass());
    }

    /** A length of two billion in front of five bytes must not make the reader reserve two billion bytes. */
    @Test
    void aLengthThatTheRecordDoesNotHaveReservesNothing() {
        byte[] key = "test/node/node1".getBytes(StandardCharsets.UTF_8);
        byte[] good = codec.encode(Logs.HEARTBEATS, new NodeLeaving(new NodeId("node1"), new Incarnation(1)));
        byte[] huge = Arrays.copyOf(good, good.length + 4);
        // The string's length stands behind magic, schema id and the union's branch: 2^31 - 20, as Avro's zigzag.
        System.arraycopy(new byte[] {(byte) 0xd8, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f}, 0, huge, 6, 5);
        write(Logs.HEARTBEATS.topic(), key, huge);
        assertEquals(List.of(Logs.HEARTBEATS.topic().name()), passedOver);
        theFoldsGoOn();
    }

    /** With what is added to it, it would be too large for the fleet log, and end the task at each try. */
    @Test
    void aDeclarationThatIsTooLargeIsPassedOver() {
        var labels = new TreeMap<String, String>();
        for (int i = 0; i < 20_000; i++) {
            labels.put("label-" + i, "x".repeat(40));
        }
        var large = new NodeDeclared(new NodeId("node9"), labels, true, false);
        write(Logs.DECLARATIONS, large);
        assertEquals(List.of(), sequenced());
        assertEquals(List.of("baton.declarations"), passedOver);
        var refusal = assertThrows(IllegalArgumentException.class, () -> codec.record(Logs.DECLARATIONS, FLEET, large));
        String text = String.valueOf(refusal.getMessage());
        assertTrue(text.startsWith("baton.declarations: node/node9 takes "), text);
        assertTrue(text.endsWith(" bytes; at most 524288 are allowed"), text);
        theFoldsGoOn();
    }
}
