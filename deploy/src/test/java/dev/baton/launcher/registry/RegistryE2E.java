package dev.baton.launcher.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.wire.BundledSchemas;
import dev.baton.contract.wire.Log;
import dev.baton.contract.wire.Logs;
import dev.baton.launcher.broker.BrokerOptions;
import dev.baton.launcher.broker.EmbeddedBroker;
import io.apicurio.registry.serde.avro.AvroKafkaDeserializer;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A fleet whose processes all take their ids from a registry. */
@NeedsRegistry
class RegistryE2E {
    private static final String MANIFEST = """
        apiVersion: v1
        kind: Node
        metadata: {name: node1, labels: {egress: "true"}}
        ---
        apiVersion: egressgateway.spidernet.io/v1beta1
        kind: EgressGateway
        metadata: {name: egw1}
        spec:
          ippools: {ipv4: [10.8.1.1-10.8.1.4]}
          nodeSelector: {selector: {matchLabels: {egress: "true"}}}
        ---
        apiVersion: egressgateway.spidernet.io/v1beta1
        kind: EgressPolicy
        metadata: {name: web, namespace: default}
        spec:
          egressGatewayName: egw1
          appliedTo: {podSelector: {matchLabels: {app: web}}}
        ---
        apiVersion: baton.dev/v1beta1
        kind: HealthRules
        spec: {quorum: 1}
        ---
        apiVersion: gateway.envoyproxy.io/v1alpha1
        kind: Backend
        metadata: {name: active}
        spec: {endpoints: [{ip: {address: 192.0.2.1, port: 80}}]}
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: edge}
        spec: {gatewayClassName: baton, listeners: [{name: http, protocol: HTTP, port: 80}]}
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: shop}
        spec:
          parentRefs: [{name: edge}]
          rules: [{backendRefs: [{group: gateway.envoyproxy.io, kind: Backend, name: active}]}]
        """;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    static Path directory;

    @SuppressWarnings("NullAway.Init")
    private static EmbeddedBroker broker;

    @BeforeAll
    static void start() {
        broker = EmbeddedBroker.start(BrokerOptions.DEFAULT);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    private static ChildProcess baton(String... arguments) {
        Stream<String> where = Stream.of("--bootstrap=" + broker.bootstrap(), "--registry=" + RegistryServer.url());
        return ChildProcess.baton(
                Map.of(), Stream.concat(Arrays.stream(arguments), where).toArray(String[]::new));
    }

    private static String done(String... arguments) {
        try (var command = baton(arguments)) {
            return command.ended(0);
        }
    }

    @Test
    void everyRecordCarriesTheRegistrysIdAndIsReadByTheRegistrysOwnReaderAndByAReplay() throws Exception {
        try (var early = baton("get", "tunnels")) {
            String refusal = early.ended(1);
            assertTrue(
                    refusal.contains("get: --registry: registry " + RegistryServer.url() + " does not have"), refusal);
        }
        Path file = Files.writeString(directory.resolve("egress.yaml"), MANIFEST);
        var fromEnvironment = Map.of("BATON_REGISTRY", RegistryServer.url(), "BATON_BOOTSTRAP", broker.bootstrap());
        try (var coordinator = baton("coordinator", "--snapshot-every=3")) {
            coordinator.await("coordinator started");
            try (var agent = ChildProcess.baton(
                    fromEnvironment, "agent", "--node=node1", "--run-dir=" + directory.resolve("run"))) {
                agent.await("config registry=" + RegistryServer.url() + " origin=environment:BATON_REGISTRY");
                agent.await("agent started");
                String applied = done("apply", "-f", file.toString(), "--wait=60s");
                assertTrue(applied.contains("egressgateway/egw1 declared"), applied);
                try (var watch = baton("get", "assignments", "-w")) {
                    watch.await("HELD");
                }
                String tunnels = done("get", "tunnels");
                assertTrue(tunnels.contains("Ready"), tunnels);
                String why = done("why", "10.8.1.1");
                assertTrue(why.contains("node1"), why);
            }
        }
        String replay = done("replay");
        assertEquals(
                3, replay.lines().filter(line -> line.endsWith("all the same")).count(), replay);
        String replayOfMesh = done("replay", "--mesh=default");
        assertEquals(
                2,
                replayOfMesh
                        .lines()
                        .filter(line -> line.endsWith("all the same"))
                        .count(),
                replayOfMesh);
        for (Log<?> log : Logs.ALL) {
            check(log, values(log));
        }
    }

    private static void check(Log<?> log, List<byte[]> values) throws Exception {
        String topic = log.topic().name();
        Set<Integer> ids = RegistryServer.idsOf(topic);
        try (var reader = new AvroKafkaDeserializer<GenericRecord>()) {
            reader.configure(
                    Map.of("apicurio.registry.url", RegistryServer.url(), "apicurio.registry.http.adapter", "JDK"),
                    false);
            for (byte[] value : values) {
                assertEquals(0, value[0], topic);
                int id = ByteBuffer.wrap(value).getInt(1);
                assertTrue(ids.contains(id), () -> topic + " has id " + id + ", the registry has " + ids);
                assertEquals(Optional.empty(), new BundledSchemas().schemaOf(id), topic + " has an id of the jar");
                assertTrue(reader.deserialize(topic, value).hasField("payload"), topic);
            }
        }
        boolean quiet = log.equals(Logs.ALERTS) || log.equals(Logs.ENDPOINTS) || log.equals(Logs.SNAPSHOTS);
        assertTrue(quiet || !values.isEmpty(), topic + " is empty");
    }

    /** All that a topic holds, without what says that something is gone. */
    private static List<byte[]> values(Log<?> log) {
        Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrap(), "enable.auto.commit", "false");
        var values = new ArrayList<byte[]>();
        try (var consumer = new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(log.topic().name()).stream()
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                assertTrue(System.nanoTime() < deadline, () -> log + " is not read to its end");
                consumer.poll(Duration.ofMillis(100))
                        .forEach(record -> Optional.ofNullable(record.value()).ifPresent(values::add));
            }
        }
        return values;
    }
}
