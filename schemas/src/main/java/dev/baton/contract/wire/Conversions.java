package dev.baton.contract.wire;

import dev.baton.contract.AddressRange;
import dev.baton.contract.Cidr;
import dev.baton.contract.Eip;
import dev.baton.contract.IpAddress;
import dev.baton.contract.PolicyId;
import dev.baton.contract.wire.Conversion.Same;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** Chooses the conversion of a contract type at a place of a schema; what does not fit is refused when classes load. */
final class Conversions {
    /** Values that are written as their canonical text. */
    private static final Map<Class<?>, Function<String, ?>> TEXTS = Map.of(
            IpAddress.class, IpAddress::parse,
            Cidr.class, Cidr::parse,
            AddressRange.class, AddressRange::parse,
            Eip.class, Eip::parse,
            PolicyId.class, PolicyId::parse);

    private static final Map<Class<?>, Schema.Type> PLAIN = Map.of(
            String.class, Schema.Type.STRING,
            long.class, Schema.Type.LONG,
            int.class, Schema.Type.INT,
            Integer.class, Schema.Type.INT,
            boolean.class, Schema.Type.BOOLEAN);

    private Conversions() {}

    /** @param place the wire field, whose name ends in the unit of a time; for messages too */
    static Conversion of(Type type, Schema schema, String place) {
        if (type instanceof ParameterizedType generic) {
            return ofGeneric(generic, schema, place);
        }
        if (!(type instanceof Class<?> plain)) {
            throw mismatch(type, schema, place);
        }
        if (plain == Duration.class || plain == Instant.class) {
            require(schema.getType() == Schema.Type.LONG, type, schema, place);
            return Times.of(plain, place);
        }
        return switch (schema.getType()) {
            case UNION -> UnionShape.of(plain, schema);
            case RECORD -> RecordShape.of(plain, schema);
            case ENUM -> EnumShape.of(plain, schema);
            case STRING -> TEXTS.containsKey(plain) ? text(TEXTS.get(plain)) : scalar(plain, schema, place);
            case ARRAY, LONG, INT, BOOLEAN -> scalar(plain, schema, place);
            case MAP, FIXED, BYTES, FLOAT, DOUBLE, NULL -> throw mismatch(type, schema, place);
        };
    }

    private static Conversion ofGeneric(ParameterizedType type, Schema schema, String place) {
        Type inner = type.getActualTypeArguments()[type.getActualTypeArguments().length - 1];
        if (type.getRawType() == Optional.class) {
            require(schema.isNullable() && schema.getTypes().size() == 2, type, schema, place);
            return optional(of(inner, schema.getTypes().get(1), place));
        }
        if (type.getRawType() == List.class) {
            require(schema.getType() == Schema.Type.ARRAY, type, schema, place);
            return Collected.list(of(inner, schema.getElementType(), place));
        }
        if (type.getRawType() == SortedSet.class) {
            require(schema.getType() == Schema.Type.ARRAY, type, schema, place);
            return Collected.set(of(inner, schema.getElementType(), place));
        }
        require(type.getRawType() == SortedMap.class, type, schema, place);
        if (schema.getType() == Schema.Type.ARRAY) {
            return pairs(type, schema.getElementType(), place);
        }
        require(schema.getType() == Schema.Type.MAP && inner == String.class, type, schema, place);
        return new Conversion() {
            @Override
            public Object toWire(Object value) {
                return value;
            }

            @Override
            public Object fromWire(@Nullable Object wire) {
                return new TreeMap<>((Map<?, ?>) Conversion.required(wire));
            }
        };
    }

    /** A map whose keys are no strings is written as an array of records with two fields: key and value. */
    private static Conversion pairs(ParameterizedType type, Schema pair, String place) {
        require(pair.getType() == Schema.Type.RECORD && pair.getFields().size() == 2, type, pair, place);
        var key = pair.getFields().get(0);
        var value = pair.getFields().get(1);
        return Collected.map(
                pair,
                of(type.getActualTypeArguments()[0], key.schema(), key.name()),
                of(type.getActualTypeArguments()[1], value.schema(), value.name()));
    }

    /** A plain value, or a record that only wraps one: {@code NodeId} is a string, {@code Pool} a list of ranges. */
    private static Conversion scalar(Class<?> type, Schema schema, String place) {
        if (PLAIN.containsKey(type)) {
            require(PLAIN.get(type) == schema.getType(), type, schema, place);
            return new Same();
        }
        require(type.isRecord() && type.getRecordComponents().length == 1, type, schema, place);
        var component = type.getRecordComponents()[0];
        var inner = of(component.getGenericType(), schema, place);
        var wrapper = new RecordHandles(type);
        return new Conversion() {
            @Override
            public @Nullable Object toWire(Object value) {
                return inner.toWire(wrapper.component(value, 0));
            }

            @Override
            public Object fromWire(@Nullable Object wire) {
                return wrapper.create(new Object[] {inner.fromWire(wire)});
            }
        };
    }

    private static Conversion text(Function<String, ?> parse) {
        return new Conversion() {
            @Override
            public Object toWire(Object value) {
                return value.toString();
            }

            @Override
            public Object fromWire(@Nullable Object wire) {
                return parse.apply((String) Conversion.required(wire));
            }
        };
    }

    private static Conversion optional(Conversion inner) {
        return new Conversion() {
            @Override
            public @Nullable Object toWire(Object value) {
                Optional<?> optional = (Optional<?>) value;
                return optional.isPresent() ? inner.toWire(optional.get()) : null;
            }

            @Override
            public Object fromWire(@Nullable Object wire) {
                return wire == null ? Optional.empty() : Optional.of(inner.fromWire(wire));
            }
        };
    }

    private static void require(boolean fits, Type type, Schema schema, String place) {
        if (!fits) {
            throw mismatch(type, schema, place);
        }
    }

    private static IllegalStateException mismatch(Type type, Schema schema, String place) {
        return new IllegalStateException(
                place + ": " + type.getTypeName() + " of the contract cannot be written as " + schema);
    }
}
