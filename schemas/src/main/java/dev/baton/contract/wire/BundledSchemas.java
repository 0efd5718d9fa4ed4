package dev.baton.contract.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;

/**
 * Ids from the schemas in the jar: {@code baton/schemas/<id>-<topic>.avsc}, listed in {@code index.txt}. All versions
 * are kept for ever, so a replay finds the writer's schema of any age without asking anybody.
 */
public final class BundledSchemas implements SchemaIds {
    static final String FOLDER = "baton/schemas/";
    static final String INDEX = "index.txt";

    private final Map<Integer, String> files = new TreeMap<>();
    private final Map<String, Integer> newest = new TreeMap<>();
    private final Map<Integer, Schema> parsed = new ConcurrentHashMap<>();

    public BundledSchemas() {
        for (String file : read(INDEX).lines().filter(line -> !line.isBlank()).toList()) {
            int id = Integer.parseInt(file.substring(0, file.indexOf('-')));
            files.put(id, file);
            newest.merge(topicOf(file), id, Math::max);
        }
    }

    /** The topic's newest shipped schema; a test keeps it equal to the current one. */
    @Override
    public int idOf(String topic, Schema current) {
        Integer id = newest.get(topic);
        if (id == null) {
            throw new IllegalStateException(FOLDER + INDEX + " lists no schema of " + topic);
        }
        return id;
    }

    @Override
    public Optional<Schema> schemaOf(int id) {
        return Optional.ofNullable(files.get(id))
                .map(file -> parsed.computeIfAbsent(id, key -> new Schema.Parser().parse(read(file))));
    }

    private static String topicOf(String file) {
        return file.substring(file.indexOf('-') + 1, file.length() - ".avsc".length());
    }

    private static String read(String name) {
        try (InputStream resource = BundledSchemas.class.getClassLoader().getResourceAsStream(FOLDER + name)) {
            if (resource == null) {
                throw new IllegalStateException(FOLDER + name + " is missing from the jar");
            }
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(FOLDER + name + " cannot be read", e);
        }
    }
}
