package dev.baton.bridge.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One object of a manifest, read strictly: a value of the wrong type and an unknown field are errors that name the
 * place. YAML makes {@code "true"} and {@code true} look alike, so the wrong type is a common mistake.
 *
 * @param place document and path so far, for messages
 */
record Fields(String place, JsonNode node) {
    static Fields of(String place, JsonNode node) {
        if (!node.isObject()) {
            throw new InvalidManifest(place + (place.endsWith(": ") ? "" : ": ") + shown(node) + " is not an object");
        }
        return new Fields(place, node);
    }

    /** Refuses every field but these, as kubectl's strict validation does. */
    Fields only(String... allowed) {
        var known = List.of(allowed);
        node.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                throw bad(name, "unknown field; known here: " + String.join(", ", known));
            }
        });
        return this;
    }

    boolean has(String name) {
        return node.hasNonNull(name);
    }

    InvalidManifest bad(String name, String why) {
        return new InvalidManifest(path(name) + ": " + why);
    }

    /** Empty if the field is absent, null or empty text: Go writes an absent text in each of these forms. */
    Optional<String> text(String name) {
        return value(name).map(value -> asText(path(name), value)).filter(text -> !text.isEmpty());
    }

    String requiredText(String name) {
        return text(name).orElseThrow(() -> bad(name, "missing"));
    }

    boolean flag(String name, boolean absent) {
        Optional<JsonNode> value = value(name);
        if (value.isPresent() && !value.get().isBoolean()) {
            throw bad(name, shown(value.get()) + " is not a boolean; allowed are true and false, unquoted");
        }
        return value.map(JsonNode::booleanValue).orElse(absent);
    }

    Optional<Long> number(String name) {
        Optional<JsonNode> value = value(name);
        if (value.isPresent() && !value.get().canConvertToExactIntegral()) {
            throw bad(name, shown(value.get()) + " is not a whole number");
        }
        return value.map(JsonNode::longValue);
    }

    /** A Kubernetes uint64, up to the largest number that the log's schema has. */
    Optional<Long> unsigned(String name) {
        Optional<JsonNode> value = value(name);
        boolean fits = value.map(
                        node -> node.canConvertToExactIntegral() && node.canConvertToLong() && node.longValue() >= 0)
                .orElse(true);
        if (!fits) {
            throw bad(name, shown(value.get()) + " is not allowed; allowed are whole numbers of 0.." + Long.MAX_VALUE);
        }
        return value.map(JsonNode::longValue);
    }

    /** A whole number from {@code least} to {@code most}. */
    Optional<Integer> numberWithin(String name, int least, int most) {
        Optional<Long> number = number(name);
        number.filter(value -> value < least || value > most).ifPresent(value -> {
            throw bad(name, value + " is not from " + least + " to " + most);
        });
        return number.map(Math::toIntExact);
    }

    List<Integer> numbers(String name) {
        return items(name, (place, item) -> {
            if (!item.canConvertToInt() || !item.isIntegralNumber()) {
                throw new InvalidManifest(place + ": " + shown(item) + " is not a whole number");
            }
            return item.intValue();
        });
    }

    /** One of these words. */
    <T> Optional<T> oneOf(String name, Map<String, T> allowed) {
        return text(name).map(text -> {
            T value = allowed.get(text);
            if (value == null) {
                throw bad(name, "\"" + text + "\" is not allowed; allowed are " + String.join(", ", allowed.keySet()));
            }
            return value;
        });
    }

    /** What a constructor refuses is wrong with this object. */
    <T> T built(Supplier<T> construction) {
        try {
            return construction.get();
        } catch (IllegalArgumentException e) {
            throw new InvalidManifest(place + (place.endsWith(": ") ? "" : ": ") + e.getMessage(), e);
        }
    }

    List<String> texts(String name) {
        return items(name, (place, item) -> asText(place, item));
    }

    <T> List<T> parsedTexts(String name, Function<String, T> parser) {
        return items(name, (place, item) -> parsed(place, asText(place, item), parser));
    }

    <T> Optional<T> parsedText(String name, Function<String, T> parser) {
        return text(name).map(text -> parsed(path(name), text, parser));
    }

    List<Fields> objects(String name) {
        return items(name, Fields::of);
    }

    Optional<Fields> object(String name) {
        return value(name).map(value -> of(path(name), value));
    }

    Fields requiredObject(String name) {
        return object(name).orElseThrow(() -> bad(name, "missing"));
    }

    SortedMap<String, String> labels(String name) {
        var labels = new TreeMap<String, String>();
        object(name)
                .ifPresent(map -> map.node()
                        .properties()
                        .forEach(entry ->
                                labels.put(entry.getKey(), asText(map.path(entry.getKey()), entry.getValue()))));
        return labels;
    }

    /** The document's own name as an id; a name that Kubernetes would refuse is an error here too. */
    <T> T parsedId(Document document, Function<String, T> parser) {
        return parsed(path("metadata.name"), document.name(), parser);
    }

    String path(String name) {
        // The document's name ends where its fields begin; below that, fields are joined by dots.
        return place + (place.endsWith(": ") ? "" : ".") + name;
    }

    private Optional<JsonNode> value(String name) {
        return Optional.ofNullable(node.get(name)).filter(value -> !value.isNull());
    }

    private <T> List<T> items(String name, Reader<T> reader) {
        var items = new ArrayList<T>();
        JsonNode list = value(name).orElse(null);
        if (list != null && !list.isArray()) {
            throw bad(name, shown(list) + " is not a list");
        }
        for (int i = 0; list != null && i < list.size(); i++) {
            items.add(reader.read(path(name) + "[" + i + "]", list.get(i)));
        }
        return items;
    }

    private interface Reader<T> {
        T read(String place, JsonNode item);
    }

    private static String asText(String place, JsonNode value) {
        if (!value.isTextual()) {
            throw new InvalidManifest(place + ": " + shown(value) + " is not text"
                    + (value.isBoolean() || value.isNumber() ? "; quote it" : ""));
        }
        return value.textValue();
    }

    private static <T> T parsed(String place, String text, Function<String, T> parser) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidManifest(place + ": " + e.getMessage(), e);
        }
    }

    private static String shown(JsonNode value) {
        String text = value.toString();
        return text.length() <= 60 ? text : text.substring(0, 57) + "...";
    }
}
