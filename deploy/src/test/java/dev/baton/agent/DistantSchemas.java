package dev.baton.agent;

import dev.baton.contract.wire.BundledSchemas;
import dev.baton.contract.wire.SchemaIds;
import dev.baton.contract.wire.SchemasUnavailable;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.Schema;

/** The schemas of the jar, which can be written with at once and read with only when they have arrived. */
final class DistantSchemas implements SchemaIds {
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
        asked.incrementAndGet();
        if (!here) {
            throw new SchemasUnavailable("on their way", new TimeoutException());
        }
        return schemas.schemaOf(id);
    }
}
