package dev.baton.agent;

import dev.baton.contract.Rules;
import dev.baton.contract.wire.BundledSchemas;
import dev.baton.contract.wire.Logs;
import dev.baton.contract.wire.SchemaIds;
import dev.baton.contract.wire.SchemasUnavailable;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.avro.Schema;

/** The schemas of the jar. Those of assignments can be read with only when they have arrived. */
final class DistantSchemas implements SchemaIds {
    /** Those of assignments, in the format of any rules. */
    private static final Set<Integer> FAR = IntStream.rangeClosed(Rules.FIRST.version(), Rules.NEWEST.version())
            .mapToObj(Rules::new)
            .map(DistantSchemas::assignments)
            .collect(Collectors.toSet());

    private final SchemaIds schemas = new BundledSchemas();
    private final AtomicInteger asked = new AtomicInteger();
    private volatile boolean here;

    void arrive() {
        here = true;
    }

    /** How often a schema was asked for. */
    int asked() {
        return asked.get();
    }

    @Override
    public int idOf(String topic, Schema current) {
        return schemas.idOf(topic, current);
    }

    @Override
    public Optional<Schema> schemaOf(int id) {
        if (!here && FAR.contains(id)) {
            asked.incrementAndGet();
            throw new SchemasUnavailable("on their way", new TimeoutException());
        }
        return schemas.schemaOf(id);
    }

    private static int assignments(Rules rules) {
        var bundled = new BundledSchemas();
        String topic = Logs.ASSIGNMENTS.topic().name();
        return bundled.idOf(topic, bundled.of(topic, rules));
    }
}
