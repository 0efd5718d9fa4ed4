package dev.baton.contract.wire;

import dev.baton.contract.NeverWritten;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/** A closed set of records, each under its simple name: sealed interfaces, and the payloads of envelopes. */
record UnionShape(Map<Class<?>, RecordShape> byType, Map<Schema, RecordShape> bySchema) implements Conversion {
    static UnionShape of(Class<?> type, Schema union) {
        var byType = new HashMap<Class<?>, RecordShape>();
        var bySchema = new HashMap<Schema, RecordShape>();
        for (Class<?> kind : kinds(type).distinct().toList()) {
            var branch = union.getTypes().stream()
                    .filter(schema -> schema.getName().equals(kind.getSimpleName()))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("no wire record for " + kind + " in " + union));
            var shape = RecordShape.of(kind, branch);
            byType.put(kind, shape);
            bySchema.put(branch, shape);
        }
        return new UnionShape(Map.copyOf(byType), Map.copyOf(bySchema));
    }

    /** The records that a sealed interface allows, at any depth, and that are written; a record allows itself. */
    static Stream<Class<?>> kinds(Class<?> type) {
        return type.isSealed()
                ? Arrays.stream(type.getPermittedSubclasses())
                        .filter(kind -> !NeverWritten.class.isAssignableFrom(kind))
                        .flatMap(UnionShape::kinds)
                : Stream.of(type);
    }

    @Override
    public Object toWire(Object value) {
        RecordShape shape = byType.get(value.getClass());
        if (shape == null) {
            throw new IllegalArgumentException(
                    value.getClass() + " does not belong here; known are " + byType.keySet());
        }
        return shape.toWire(value);
    }

    @Override
    public Object fromWire(@Nullable Object wire) {
        var read = (IndexedRecord) Conversion.required(wire);
        RecordShape shape = bySchema.get(read.getSchema());
        if (shape == null) {
            throw new IllegalArgumentException(read.getSchema().getName() + " is a kind that is no longer read");
        }
        return shape.fromWire(read);
    }
}
