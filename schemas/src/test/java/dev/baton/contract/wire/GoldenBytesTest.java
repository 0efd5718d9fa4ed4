package dev.baton.contract.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.Decided;
import dev.baton.contract.Sequenced;
import dev.baton.contract.mesh.MeshDecided;
import dev.baton.contract.mesh.MeshEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Bytes that were once written are read for ever. A golden file is named by topic and kind and never changes; a new
 * kind, or a new schema version in a new folder, gets its own by {@code mvn -q -pl schemas test -Dtest=GoldenBytesTest
 * -Dgolden.write}.
 */
class GoldenBytesTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    /** Raised when a schema changes, so that the old version's bytes stay beside the new one's. */
    private static final Path CURRENT = GOLDEN.resolve("v10");

    private static final WireCodec CODEC = WireCodec.bundled();
    private static final BundledSchemas SCHEMAS = new BundledSchemas();

    @Test
    void everyKindHasGoldenBytes() throws IOException {
        var missing = new TreeSet<String>();
        for (var one : (Iterable<WireCodecTest.Case<?>>) WireCodecTest.everyKind()::iterator) {
            Path file = CURRENT.resolve(one.log() + "-" + kindOf(one.value()) + ".hex");
            if (Files.exists(file)) {
                continue;
            }
            if (System.getProperty("golden.write") == null) {
                missing.add(file.toString());
            } else {
                Files.writeString(file, fullest(one) + "\n");
            }
        }
        assertTrue(
                missing.isEmpty(),
                () -> "no golden bytes: " + missing
                        + "\nto write them: mvn -q -pl schemas test -Dtest=GoldenBytesTest -Dgolden.write");
    }

    @Test
    void goldenBytesOfAnyAgeAreRead() throws IOException {
        try (Stream<Path> files = Files.walk(GOLDEN)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".hex")).toList()) {
                String name = file.getFileName().toString();
                String topic = name.substring(0, name.lastIndexOf('-'));
                Log<?> log = Logs.ALL.stream()
                        .filter(one -> one.toString().equals(topic))
                        .findFirst()
                        .orElseThrow();
                assertReads(
                        log,
                        name,
                        HexFormat.of().parseHex(Files.readString(file).strip()));
            }
        }
    }

    private static <T> void assertReads(Log<T> log, String name, byte[] bytes) {
        T value = CODEC.decode(log, bytes);
        assertEquals(name, log + "-" + kindOf(value) + ".hex");
        boolean current = ByteBuffer.wrap(bytes).getInt(1)
                == SCHEMAS.idOf(log.topic().name(), Envelope.of(log).published());
        if (current) {
            assertArrayEquals(bytes, CODEC.encode(log, value), () -> name + " is written otherwise today");
        }
    }

    /** Writes the fullest value of the kind, though the first one met may be the least. */
    private static String fullest(WireCodecTest.Case<?> one) {
        return WireCodecTest.everyKind()
                .filter(other ->
                        other.log() == one.log() && kindOf(other.value()).equals(kindOf(one.value())))
                .reduce((least, fullest) -> fullest)
                .map(GoldenBytesTest::hex)
                .orElseThrow();
    }

    private static <T> String hex(WireCodecTest.Case<T> one) {
        return HexFormat.of().formatHex(CODEC.encode(one.log(), one.value()));
    }

    private static String kindOf(Object value) {
        return switch (value) {
            case Sequenced sequenced -> kindOf(sequenced.event());
            case Decided decided -> kindOf(decided.decision());
            case MeshEntry entry -> kindOf(entry.event());
            case MeshDecided decided -> kindOf(decided.decision());
            default -> value.getClass().getSimpleName();
        };
    }
}
