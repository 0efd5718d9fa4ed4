package dev.baton.launcher.registry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.LivenessEvent;
import dev.baton.contract.Tick;
import dev.baton.contract.wire.BundledSchemas;
import dev.baton.contract.wire.Logs;
import dev.baton.contract.wire.SchemasUnavailable;
import dev.baton.contract.wire.Undecodable;
import dev.baton.contract.wire.WireCodec;
import io.apicurio.registry.serde.avro.AvroKafkaDeserializer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;

class RegistrySchemasTest {
    private static final String TOPIC = Logs.HEARTBEATS.topic().name();
    private static final LivenessEvent TICK = new Tick("t", 1, 2, Duration.ofMillis(250));

    @Test
    @NeedsRegistry
    void aRegistrysOwnReaderReadsWhatWeWriteWithItsIds() {
        String url = RegistryServer.url();
        try (var ids = new RegistrySchemas(url, true, Map.of());
                var reader = new AvroKafkaDeserializer<GenericRecord>()) {
            byte[] bytes = new WireCodec(ids, new BundledSchemas()).encode(Logs.HEARTBEATS, TICK);
            reader.configure(Map.of("apicurio.registry.url", url, "apicurio.registry.http.adapter", "JDK"), false);
            var payload = (GenericRecord) reader.deserialize(TOPIC, bytes).get("payload");
            assertEquals(250L, payload.get("period_ms"));
            assertEquals(TICK, new WireCodec(ids, new BundledSchemas()).decode(Logs.HEARTBEATS, bytes));
            byte[] bundled = WireCodec.bundled().encode(Logs.HEARTBEATS, TICK);
            assertArrayEquals(
                    Arrays.copyOfRange(bundled, 5, bundled.length), Arrays.copyOfRange(bytes, 5, bytes.length));
        }
    }

    @Test
    @NeedsRegistry
    void anIdThatTheRegistryDoesNotKnowIsNoRecord() {
        try (var ids = new RegistrySchemas(RegistryServer.url(), true, Map.of())) {
            byte[] unknown = {0, 0x7f, 0, 0, 0, 0};
            var refusal = assertThrows(
                    Undecodable.class, () -> new WireCodec(ids, new BundledSchemas()).decode(Logs.HEARTBEATS, unknown));
            assertTrue(refusal.reason().contains("is not known"), refusal::reason);
        }
    }

    @Test
    @NeedsRegistry
    void aSchemaThatTheRegistryDoesNotHaveIsAddedOnlyWhereThatIsAskedFor() {
        var schema =
                SchemaBuilder.record("Unheard").fields().requiredInt("number").endRecord();
        try (var readers = new RegistrySchemas(RegistryServer.url(), false, Map.of());
                var writers = new RegistrySchemas(RegistryServer.url(), true, Map.of())) {
            var refusal = assertThrows(SchemasUnavailable.class, () -> readers.idOf("unheard", schema));
            assertEquals(
                    "registry " + RegistryServer.url() + " does not have the schema with which this version writes"
                            + " unheard; a coordinator of this version adds it when it starts with this registry",
                    refusal.getMessage());
            int id = writers.idOf("unheard", schema);
            assertEquals(id, readers.idOf("unheard", schema));
            assertEquals(Optional.of(schema), readers.schemaOf(id));
        }
    }

    /** It takes connections and says nothing: the client itself would wait for ever. */
    @Test
    void aRegistryThatHangsIsNotWaitedForLong() throws IOException {
        byte[] bytes = WireCodec.bundled().encode(Logs.HEARTBEATS, TICK);
        try (var silent = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
                var ids = new RegistrySchemas(
                        "http://127.0.0.1:" + silent.getLocalPort() + "/apis/registry/v3", false, Map.of())) {
            var codec = new WireCodec(ids, new BundledSchemas());
            var refusal = assertThrows(SchemasUnavailable.class, () -> codec.decode(Logs.HEARTBEATS, bytes));
            assertTrue(String.valueOf(refusal.getMessage()).contains("no answer within 1000ms"), refusal::getMessage);
        }
    }

    /** Port 9 discards; nobody listens there. */
    @Test
    void aRegistryThatIsAwayIsWaitedForAndNoRecordIsSkipped() {
        var quick = Map.of("apicurio.registry.retry-count", "1", "apicurio.registry.retry-backoff-ms", "1");
        try (var ids = new RegistrySchemas("http://127.0.0.1:9/apis/registry/v3", false, quick)) {
            byte[] bytes = WireCodec.bundled().encode(Logs.HEARTBEATS, TICK);
            assertThrows(
                    SchemasUnavailable.class,
                    () -> new WireCodec(ids, new BundledSchemas()).decode(Logs.HEARTBEATS, bytes));
        }
    }
}
