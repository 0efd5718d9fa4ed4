package dev.baton.contract.wire;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Durations and instants as whole numbers of the unit that ends the field's name. */
final class Times {
    private Times() {}

    static Conversion of(Class<?> type, String field) {
        if (type == Instant.class && field.endsWith("_at_ms")) {
            return new InstantMs();
        }
        if (type == Duration.class && field.endsWith("_ms")) {
            return new ExactMs(field);
        }
        if (type == Duration.class && field.endsWith("_us")) {
            return new RoundedUs();
        }
        throw new IllegalStateException(field + ": " + type.getSimpleName() + " needs a field that ends in its unit");
    }

    /** Wall clocks are for people to read: what is below a millisecond is dropped. */
    private record InstantMs() implements Conversion {
        @Override
        public Object toWire(Object value) {
            return ((Instant) value).toEpochMilli();
        }

        @Override
        public Object fromWire(@Nullable Object wire) {
            return Instant.ofEpochMilli((Long) Conversion.required(wire));
        }
    }

    /** Decisions count with these: a rounded one would be decided otherwise in a replay, so it is refused instead. */
    private record ExactMs(String field) implements Conversion {
        @Override
        public Object toWire(Object value) {
            var duration = (Duration) value;
            long ms = duration.toMillis();
            if (!Duration.ofMillis(ms).equals(duration)) {
                throw new IllegalArgumentException(field + ": " + duration + " is not a whole number of milliseconds");
            }
            return ms;
        }

        @Override
        public Object fromWire(@Nullable Object wire) {
            return Duration.ofMillis((Long) Conversion.required(wire));
        }
    }

    /** Measurements: what is below a microsecond is dropped. */
    private record RoundedUs() implements Conversion {
        @Override
        public Object toWire(Object value) {
            var duration = (Duration) value;
            return Math.addExact(Math.multiplyExact(duration.getSeconds(), 1_000_000L), duration.getNano() / 1_000L);
        }

        @Override
        public Object fromWire(@Nullable Object wire) {
            return Duration.of((Long) Conversion.required(wire), ChronoUnit.MICROS);
        }
    }
}
