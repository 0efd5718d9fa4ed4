package dev.baton.contract.wire;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/** A contract record beside its Avro record, component by component. */
final class RecordShape implements Conversion {
    private final Schema schema;
    private final Class<?> wireClass;
    private final RecordHandles handles;
    private final int[] positions;
    private final Conversion[] conversions;

    private RecordShape(Class<?> type, Schema schema) {
        var components = type.getRecordComponents();
        this.schema = schema;
        this.wireClass = SpecificData.get().getClass(schema).asSubclass(SpecificRecordBase.class);
        this.handles = new RecordHandles(type);
        this.positions = new int[components.length];
        this.conversions = new Conversion[components.length];
        var matched = new HashSet<Schema.Field>();
        for (int i = 0; i < components.length; i++) {
            var field = fieldOf(components[i], schema);
            positions[i] = field.pos();
            conversions[i] = Conversions.of(components[i].getGenericType(), field.schema(), field.name());
            matched.add(field);
        }
        for (Schema.Field field : schema.getFields()) {
            // A field that the contract dropped may stay, if it can be written without a value.
            if (!matched.contains(field) && !field.hasDefaultValue()) {
                throw new IllegalStateException(
                        type + " has no component for " + schema.getName() + "." + field.name());
            }
        }
    }

    static RecordShape of(Class<?> type, Schema schema) {
        if (!type.isRecord() || !type.getSimpleName().equals(schema.getName())) {
            throw new IllegalStateException(type + " cannot be written as " + schema.getFullName());
        }
        return new RecordShape(type, schema);
    }

    @Override
    public Object toWire(Object value) {
        var wire = (IndexedRecord) SpecificData.newInstance(wireClass, schema);
        for (int i = 0; i < positions.length; i++) {
            wire.put(positions[i], conversions[i].toWire(handles.component(value, i)));
        }
        return wire;
    }

    @Override
    public Object fromWire(@Nullable Object wire) {
        var read = (IndexedRecord) Conversion.required(wire);
        var values = new Object[positions.length];
        for (int i = 0; i < positions.length; i++) {
            values[i] = conversions[i].fromWire(read.get(positions[i]));
        }
        return handles.create(values);
    }

    /** {@code sentAt} is {@code sent_at} on the wire; a time has its unit behind it. */
    private static Schema.Field fieldOf(RecordComponent component, Schema schema) {
        String name = component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
        List<String> names = isTime(component.getGenericType()) ? List.of(name + "_ms", name + "_us") : List.of(name);
        return names.stream()
                .flatMap(candidate -> Optional.ofNullable(schema.getField(candidate)).stream())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        schema.getName() + " has no field for " + component + "; wanted one of " + names));
    }

    private static boolean isTime(Type type) {
        var plain = new ArrayList<Type>(List.of(type));
        if (type instanceof ParameterizedType generic) {
            plain.addAll(List.of(generic.getActualTypeArguments()));
        }
        return Stream.of(Duration.class, Instant.class).anyMatch(plain::contains);
    }
}
