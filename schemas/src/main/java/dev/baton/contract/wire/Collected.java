package dev.baton.contract.wire;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/** Conversions of collections; each is an array on the wire. */
final class Collected {
    private Collected() {}

    static Conversion list(Conversion inner) {
        return new Conversion() {
            @Override
            public Object toWire(Object value) {
                return elements((List<?>) value, inner);
            }

            @Override
            public Object fromWire(@Nullable Object wire) {
                return ((List<?>) Conversion.required(wire))
                        .stream().map(inner::fromWire).toList();
            }
        };
    }

    /** In its order on the wire, in its element's order in memory. */
    static Conversion set(Conversion inner) {
        return new Conversion() {
            @Override
            public Object toWire(Object value) {
                return elements((SortedSet<?>) value, inner);
            }

            @Override
            public Object fromWire(@Nullable Object wire) {
                var set = new TreeSet<Object>();
                ((List<?>) Conversion.required(wire)).forEach(element -> set.add(inner.fromWire(element)));
                return set;
            }
        };
    }

    /** @param pair a record with two fields: key and value */
    static Conversion map(Schema pair, Conversion key, Conversion value) {
        var wireClass = SpecificData.get().getClass(pair).asSubclass(SpecificRecordBase.class);
        return new Conversion() {
            @Override
            public Object toWire(Object map) {
                return ((SortedMap<?, ?>) map)
                        .entrySet().stream().map(this::pair).toList();
            }

            private IndexedRecord pair(Map.Entry<?, ?> entry) {
                var wire = (IndexedRecord) SpecificData.newInstance(wireClass, pair);
                wire.put(0, key.toWire(entry.getKey()));
                wire.put(1, value.toWire(entry.getValue()));
                return wire;
            }

            @Override
            public Object fromWire(@Nullable Object wire) {
                var map = new TreeMap<Object, Object>();
                for (Object element : (List<?>) Conversion.required(wire)) {
                    var read = (IndexedRecord) element;
                    map.put(key.fromWire(read.get(0)), value.fromWire(read.get(1)));
                }
                return map;
            }
        };
    }

    private static List<@Nullable Object> elements(Collection<?> values, Conversion inner) {
        return values.stream().<@Nullable Object>map(inner::toWire).toList();
    }
}
