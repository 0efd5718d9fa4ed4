package dev.baton.bridge.status;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The writes to be done, the most urgent first and then in order of arrival. A later write of an object replaces the
 * earlier one and keeps its place: of a thousand changes to one object only the last is written.
 */
public final class WriteQueue<T> {
    /** One write: {@code what} is what the writer needs to carry it out. */
    public record Entry<T>(ObjectKey key, Urgency urgency, long arrival, T what) {}

    private final Map<ObjectKey, Entry<T>> byKey = new HashMap<>();
    private final TreeSet<Entry<T>> order = new TreeSet<>(
            Comparator.comparing((Entry<T> entry) -> entry.urgency()).thenComparing(Entry::arrival));
    private long arrivals;

    public void put(ObjectKey key, Urgency urgency, T what) {
        Entry<T> before = remove(key);
        long arrival = before != null && before.urgency() == urgency ? before.arrival() : arrivals++;
        var entry = new Entry<>(key, urgency, arrival, what);
        byKey.put(key, entry);
        order.add(entry);
    }

    /** Removes the object's write. */
    public void drop(ObjectKey key) {
        remove(key);
    }

    public Optional<Entry<T>> take() {
        Entry<T> first = order.pollFirst();
        if (first != null) {
            byKey.remove(first.key());
        }
        return Optional.ofNullable(first);
    }

    public boolean contains(ObjectKey key) {
        return byKey.containsKey(key);
    }

    public int size() {
        return order.size();
    }

    public void clear() {
        byKey.clear();
        order.clear();
    }

    private @Nullable Entry<T> remove(ObjectKey key) {
        Entry<T> before = byKey.remove(key);
        if (before != null) {
            order.remove(before);
        }
        return before;
    }
}
