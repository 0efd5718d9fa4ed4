package dev.baton.bridge.report;

import dev.baton.bridge.status.ObjectKey;
import dev.baton.bridge.status.ObjectKey.Part;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/** How many objects of each kind would be written, and how: counted from the very writes that were held back. */
public final class HeldCounts {
    private enum Effect {
        CREATE,
        CHANGE,
        DELETE
    }

    private record Key(String kind, Part part, Effect effect) {
        static final Comparator<Key> ORDER =
                Comparator.comparing(Key::kind).thenComparing(Key::part).thenComparing(Key::effect);
    }

    private HeldCounts() {}

    /**
     * @param held what each object would be
     * @param exists whether an object is there already
     * @param deletes whether that is to be gone
     */
    public static List<String> of(
            Map<ObjectKey, Object> held, Predicate<ObjectKey> exists, BiPredicate<ObjectKey, Object> deletes) {
        var counts = new TreeMap<Key, Integer>(Key.ORDER);
        held.forEach((object, wanted) -> {
            Effect effect = object.part() != Part.OBJECT
                    ? Effect.CHANGE
                    : deletes.test(object, wanted)
                            ? Effect.DELETE
                            : exists.test(object) ? Effect.CHANGE : Effect.CREATE;
            counts.merge(new Key(object.kind(), object.part(), effect), 1, Integer::sum);
        });
        return counts.entrySet().stream()
                .map(count -> Row.line(
                        "kind",
                        count.getKey().kind(),
                        "part",
                        count.getKey().part().name(),
                        "effect",
                        count.getKey().effect().name(),
                        "objects",
                        count.getValue().toString()))
                .toList();
    }
}
