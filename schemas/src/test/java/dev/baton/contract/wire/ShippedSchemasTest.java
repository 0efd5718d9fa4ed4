package dev.baton.contract.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.Rules;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The schemas in the jar are complete, current and grow only. To add a version after changing {@code src/main/avro}:
 * {@code mvn -q -pl schemas test -Dtest=ShippedSchemasTest -Dschemas.ship}, and commit the new files; old ones stay.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ShippedSchemasTest {
    private static final Path FOLDER = Path.of("src/main/resources", BundledSchemas.FOLDER);
    private static final boolean SHIP = System.getProperty("schemas.ship") != null;

    @Test
    @Order(1)
    void theNewestShippedSchemaOfEachTopicIsTheCurrentOne() throws IOException {
        var shipped = shipped();
        var missing = new ArrayList<String>();
        for (Log<?> log : Logs.ALL) {
            Schema current = Envelope.of(log).published();
            boolean known = shipped.values().stream()
                    .filter(file -> file.endsWith("-" + log + ".avsc"))
                    .reduce((older, newer) -> newer)
                    .filter(file -> parsed(file).toString().equals(current.toString()))
                    .isPresent();
            if (!known) {
                missing.add(log.toString());
            }
            if (!known && SHIP) {
                boolean isNew = shipped.values().stream().noneMatch(file -> file.endsWith("-" + log + ".avsc"));
                int id = shipped.isEmpty() ? 1 : shipped.lastKey() + 1;
                shipped.put(id, id + "-" + log + ".avsc");
                Files.writeString(FOLDER.resolve(shipped.get(id)), current.toString(true) + "\n");
                // A log that begins with this release has no readers who know older rules only.
                boolean isReadByAll = isNew || !Rules.NEWEST.isAfter(Rules.FIRST);
                String line = shipped.get(id) + (isReadByAll ? "" : " " + Rules.NEWEST);
                Files.writeString(FOLDER.resolve(BundledSchemas.INDEX), line + "\n", StandardOpenOption.APPEND);
            }
        }
        assertTrue(
                missing.isEmpty() || SHIP,
                () -> "src/main/avro says something else than the newest shipped schema of " + missing
                        + "\nto ship a new version: mvn -q -pl schemas test -Dtest=ShippedSchemasTest -Dschemas.ship");
    }

    @Test
    @Order(2)
    void everyShippedSchemaReadsAndIsReadByTheCurrentOne() throws IOException {
        for (Log<?> log : Logs.ALL) {
            Schema current = Envelope.of(log).published();
            for (String file : shipped().values()) {
                if (file.endsWith("-" + log + ".avsc")) {
                    assertCompatible(current, parsed(file), file);
                }
            }
        }
    }

    @Test
    void theIndexListsEveryFile() throws IOException {
        try (var files = Files.list(FOLDER)) {
            var names = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".avsc"))
                    .toList();
            assertEquals(Set.copyOf(names), Set.copyOf(shipped().values()));
        }
    }

    @Test
    void everyFieldAndTypeSaysWhatItMeans() {
        var silent = new ArrayList<String>();
        var seen = new HashSet<String>();
        Logs.ALL.forEach(log -> collectSilent(Envelope.of(log).published(), seen, silent));
        assertTrue(seen.size() > 60, () -> "only " + seen);
        assertEquals(List.of(), silent);
    }

    private static void assertCompatible(Schema current, Schema old, String file) {
        var reads = SchemaCompatibility.checkReaderWriterCompatibility(current, old);
        assertEquals(SchemaCompatibilityType.COMPATIBLE, reads.getType(), () -> file + ": " + reads.getDescription());
    }

    private static void collectSilent(Schema schema, Set<String> seen, List<String> silent) {
        switch (schema.getType()) {
            case RECORD -> {
                if (seen.add(schema.getName())) {
                    if (schema.getDoc() == null) {
                        silent.add(schema.getName());
                    }
                    for (Schema.Field field : schema.getFields()) {
                        if (field.doc() == null) {
                            silent.add(schema.getName() + "." + field.name());
                        }
                        collectSilent(field.schema(), seen, silent);
                    }
                }
            }
            case ENUM -> {
                seen.add(schema.getName());
                if (schema.getDoc() == null || !"UNKNOWN".equals(schema.getEnumDefault())) {
                    silent.add(schema.getName());
                }
            }
            case UNION -> schema.getTypes().forEach(branch -> collectSilent(branch, seen, silent));
            case ARRAY -> collectSilent(schema.getElementType(), seen, silent);
            case MAP, STRING, LONG, INT, BOOLEAN, NULL, BYTES, FIXED, FLOAT, DOUBLE -> {}
        }
    }

    private static Schema parsed(String file) {
        try {
            return new Schema.Parser().parse(Files.readString(FOLDER.resolve(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static TreeMap<Integer, String> shipped() throws IOException {
        var shipped = new TreeMap<Integer, String>();
        Path index = FOLDER.resolve(BundledSchemas.INDEX);
        if (Files.exists(index)) {
            for (String line : Files.readAllLines(index)) {
                String file = line.split(" ")[0];
                shipped.put(Integer.parseInt(file.substring(0, file.indexOf('-'))), file);
            }
        }
        return shipped;
    }
}
