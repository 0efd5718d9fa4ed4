package dev.baton.contract.wire;

import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.jspecify.annotations.Nullable;

/** Enums by name. The wire has one symbol more, UNKNOWN, which a reader sees for a symbol that it does not have. */
record EnumShape(Map<Object, Object> toWire, Map<Object, Object> fromWire) implements Conversion {
    static EnumShape of(Class<?> type, Schema schema) {
        var toWire = new HashMap<Object, Object>();
        var fromWire = new HashMap<Object, Object>();
        if (!type.isEnum()) {
            throw new IllegalStateException(type + " cannot be written as " + schema.getFullName());
        }
        for (Object constant : type.getEnumConstants()) {
            String name = ((Enum<?>) constant).name();
            if (!schema.hasEnumSymbol(name)) {
                throw new IllegalStateException(schema.getName() + " has no symbol for " + type + "." + name);
            }
            Object symbol = SpecificData.get().createEnum(name, schema);
            toWire.put(constant, symbol);
            fromWire.put(symbol, constant);
        }
        return new EnumShape(toWire, fromWire);
    }

    @Override
    public @Nullable Object toWire(Object value) {
        return toWire.get(value);
    }

    @Override
    public Object fromWire(@Nullable Object wire) {
        Object symbol = Conversion.required(wire);
        Object constant = fromWire.get(symbol);
        if (constant == null) {
            throw new IllegalArgumentException(
                    symbol.getClass().getSimpleName() + " " + symbol + " was written by a newer version");
        }
        return constant;
    }
}
