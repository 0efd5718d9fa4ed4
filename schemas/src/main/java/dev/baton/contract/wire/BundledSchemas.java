package dev.baton.contract.wire;

import dev.baton.contract.Rules;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.apache.avro.Schema;

/**
 * Ids and formats from the schemas in the jar: {@code baton/schemas/<id>-<topic>.avsc}, listed in {@code index.txt}.
 * All versions are kept for ever, so a replay finds the writer's schema of any age without asking anybody. After the
 * name of a file the index says from which rules on it is written, if not from the first.
 */
public final class BundledSchemas implements SchemaIds, Formats {
    static final String FOLDER = "baton/schemas/";
    static final String INDEX = "index.txt";

    /** A line of the index. */
    record Shipped(int id, String topic, String file, Rules since) {
        static Shipped of(String line) {
            String[] words = line.split(" ");
            String file = words[0];
            int dash = file.indexOf('-');
            return new Shipped(
                    Integer.parseInt(file.substring(0, dash)),
                    file.substring(dash + 1, file.length() - ".avsc".length()),
                    file,
                    words.length == 1 ? Rules.FIRST : new Rules(Integer.parseInt(words[1])));
        }
    }

    private final NavigableMap<Integer, Shipped> shipped = new TreeMap<>();
    private final Map<Integer, Schema> parsed = new ConcurrentHashMap<>();

    public BundledSchemas() {
        read(INDEX).lines().filter(line -> !line.isBlank()).map(Shipped::of).forEach(one -> shipped.put(one.id, one));
    }

    @Override
    public Schema of(String topic, Rules rules) {
        return newest(topic, one -> !one.since.isAfter(rules)).map(this::parsed).orElseThrow();
    }

    @Override
    public Rules newest() {
        return Rules.NEWEST;
    }

    @Override
    public int idOf(String topic, Schema schema) {
        return newest(topic, one -> parsed(one).toString().equals(schema.toString()))
                .map(Shipped::id)
                .orElseThrow(
                        () -> new IllegalStateException(FOLDER + INDEX + " does not list this schema of " + topic));
    }

    private Optional<Shipped> newest(String topic, Predicate<Shipped> wanted) {
        return shipped.descendingMap().values().stream()
                .filter(one -> one.topic.equals(topic) && wanted.test(one))
                .findFirst();
    }

    private Schema parsed(Shipped one) {
        return parsed.computeIfAbsent(one.id, id -> new Schema.Parser().parse(read(one.file)));
    }

    @Override
    public Optional<Schema> schemaOf(int id) {
        return Optional.ofNullable(shipped.get(id)).map(this::parsed);
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
