package dev.baton.launcher.registry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.LivenessEvent;
import dev.baton.contract.Tick;
import dev.baton.contract.wire.Logs;
import dev.baton.contract.wire.SchemasUnavailable;
import dev.baton.contract.wire.Undecodable;
import dev.baton.contract.wire.WireCodec;
import io.apicurio.registry.serde.avro.AvroKafkaDeserializer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * With a registry at hand: {@code mvn -pl deploy -am test -Dtest=RegistrySchemasTest
 * -Dsurefire.failIfNoSpecifiedTests=false -Dregistry.url=http://127.0.0.1:8080/apis/registry/v3}.
 */
class RegistrySchemasTest {
    private static final String URL = System.getProperty("registry.url", "");
    private static final String TOPIC = Logs.HEARTBEATS.topic().name();
    private static final LivenessEvent TICK = new Tick("t", 1, 2, Duration.ofMillis(250));

    @Test
    @EnabledIfSystemProperty(named = "registry.url", matches = ".+")
    void aRegistrysOwnReaderReadsWhatWeWriteWithItsIds() {
        try (var ids = new RegistrySchemas(URL, true, Map.of());
                var reader = new AvroKafkaDeserializer<GenericRecord>()) {
            byte[] bytes = new WireCodec(ids).encode(Logs.HEARTBEATS, TICK);
            reader.configure(Map.of("apicurio.registry.url", URL, "apicurio.registry.http.adapter", "JDK"), false);
            var payload = (GenericRecord) reader.deserialize(TOPIC, bytes).get("payload");
            assertEquals(250L, payload.get("period_ms"));
            assertEquals(TICK, new WireCodec(ids).decode(Logs.HEARTBEATS, bytes));
            byte[] bundled = WireCodec.bundled().encode(Logs.HEARTBEATS, TICK);
            assertArrayEquals(
                    Arrays.copyOfRange(bundled, 5, bundled.length), Arrays.copyOfRange(bytes, 5, bytes.length));
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "registry.url", matches = ".+")
    void anIdThatTheRegistryDoesNotKnowIsNoRecord() {
        try (var ids = new RegistrySchemas(URL, true, Map.of())) {
            byte[] unknown = {0, 0x7f, 0, 0, 0, 0};
            var refusal = assertThrows(Undecodable.class, () -> new WireCodec(ids).decode(Logs.HEARTBEATS, unknown));
            assertTrue(refusal.reason().contains("is not known"), refusal::reason);
        }
    }

    /** Port 9 discards; nobody listens there. */
    @Test
    void aRegistryThatIsAwayIsWaitedForAndNoRecordIsSkipped() {
        var quick = Map.of("apicurio.registry.retry-count", "1", "apicurio.registry.retry-backoff-ms", "1");
        try (var ids = new RegistrySchemas("http://127.0.0.1:9/apis/registry/v3", false, quick)) {
            byte[] bytes = WireCodec.bundled().encode(Logs.HEARTBEATS, TICK);
            assertThrows(SchemasUnavailable.class, () -> new WireCodec(ids).decode(Logs.HEARTBEATS, bytes));
        }
    }
}
