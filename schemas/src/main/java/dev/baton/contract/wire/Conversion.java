package dev.baton.contract.wire;

import org.jspecify.annotations.Nullable;

/**
 * Between a contract value and what Avro writes, at one place of one schema. Null is Avro's null, for Optional only.
 */
interface Conversion {
    @Nullable
    Object toWire(Object value);

    Object fromWire(@Nullable Object wire);

    /** Avro writes the value as it is. */
    record Same() implements Conversion {
        @Override
        public Object toWire(Object value) {
            return value;
        }

        @Override
        public Object fromWire(@Nullable Object wire) {
            return required(wire);
        }
    }

    /** @throws IllegalArgumentException if Avro read a null where the contract has none */
    static Object required(@Nullable Object wire) {
        if (wire == null) {
            throw new IllegalArgumentException("a value is missing");
        }
        return wire;
    }
}
