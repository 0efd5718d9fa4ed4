package dev.baton.launcher.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.FleetId;
import dev.baton.contract.LivenessEvent;
import dev.baton.contract.Tick;
import dev.baton.contract.Topics;
import dev.baton.contract.wire.Logs;
import dev.baton.contract.wire.TopicSetup;
import dev.baton.contract.wire.TopicSetup.Layout;
import dev.baton.contract.wire.WireCodec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerTest {
    private static final WireCodec CODEC = WireCodec.bundled();
    private static final FleetId FLEET = new FleetId("f1");
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Test
    void keepsItsLogsInTheDirectoryItWasGiven(@TempDir Path data) throws Exception {
        var options = BrokerOptions.DEFAULT.withData(data);
        int port;
        try (var broker = EmbeddedBroker.start(options)) {
            port = Integer.parseInt(
                    broker.bootstrap().substring(broker.bootstrap().indexOf(':') + 1));
            setUp(broker, (short) 1);
            append(broker, tick(1));
        }
        try (var broker = EmbeddedBroker.start(options.withPort(port))) {
            assertEquals("127.0.0.1:" + port, broker.bootstrap());
            append(broker, tick(2));
            assertEquals(List.of(tick(1), tick(2)), read(broker, 2));
        }
        assertTrue(Files.exists(data.resolve("node-1")));
    }

    @Test
    void threeNodesGoOnWithoutOneOfThem() throws Exception {
        try (var broker = EmbeddedBroker.start(BrokerOptions.DEFAULT.withNodes(3))) {
            setUp(broker, (short) 3);
            append(broker, tick(1));
            broker.stopNode(1);
            append(broker, tick(2));
            broker.startNode(1);
            append(broker, tick(3));
            assertEquals(List.of(tick(1), tick(2), tick(3)), read(broker, 3));
        }
    }

    @Test
    void leavesNothingBehindWhenItWasGivenNoDirectory() throws Exception {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        List<Path> before = brokerFolders(temporary);
        EmbeddedBroker.start(BrokerOptions.DEFAULT).close();
        List<Path> left = new ArrayList<>(brokerFolders(temporary));
        left.removeAll(before);
        assertFalse(left.stream().anyMatch(Files::isDirectory), left::toString);
    }

    private static List<Path> brokerFolders(Path temporary) throws Exception {
        try (var files = Files.list(temporary)) {
            return files.filter(file -> file.getFileName().toString().startsWith("baton-kafka-"))
                    .toList();
        }
    }

    private static LivenessEvent tick(long sequence) {
        return new Tick("t", 1, sequence, Duration.ofMillis(250));
    }

    private static void setUp(EmbeddedBroker broker, short replication) throws InterruptedException {
        try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
            TopicSetup.ensure(admin, new Layout(Topics.PARTITIONS, replication));
        }
    }

    private static void append(EmbeddedBroker broker, LivenessEvent event) throws Exception {
        Map<String, Object> config = Map.of(
                "bootstrap.servers",
                broker.bootstrap(),
                "acks",
                "all",
                "request.timeout.ms",
                1500,
                "delivery.timeout.ms",
                20_000);
        try (var producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(CODEC.record(Logs.HEARTBEATS, FLEET, event)).get();
        }
    }

    private static List<LivenessEvent> read(EmbeddedBroker broker, int count) {
        Map<String, Object> config = Map.of("bootstrap.servers", broker.bootstrap(), "auto.offset.reset", "earliest");
        var events = new ArrayList<LivenessEvent>();
        try (var consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(new TopicPartition(Logs.HEARTBEATS.topic().name(), 0)));
            Instant deadline = Instant.now().plus(LIMIT);
            while (events.size() < count && Instant.now().isBefore(deadline)) {
                consumer.poll(Duration.ofMillis(200))
                        .forEach(record -> events.add(CODEC.decode(Logs.HEARTBEATS, record.value())));
            }
        }
        return events;
    }
}
