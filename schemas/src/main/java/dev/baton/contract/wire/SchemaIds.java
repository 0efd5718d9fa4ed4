package dev.baton.contract.wire;

import java.util.Optional;
import org.apache.avro.Schema;

/**
 * Which id is which schema. An implementation that cannot answer for now (a registry that is away) throws {@link
 * SchemasUnavailable}: to skip a record for want of its schema would make a replay differ from the first run.
 */
public interface SchemaIds {
    /** The id under which records of this topic are written with this schema. */
    int idOf(String topic, Schema schema);

    /** The schema of an id; empty: there is none. */
    Optional<Schema> schemaOf(int id);
}
