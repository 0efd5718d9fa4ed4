package dev.baton.bridge.state;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;

/**
 * The newest known form of each object, from a watch or from the response to a write of ours. The two come on different
 * ways: after a write, a watch may still report the form before it; and after a watch has reported an object as
 * deleted, the response to an earlier write may still bring its last form. No watch would report that object again, so
 * it would stay for ever: what was deleted is not taken back.
 */
public final class NewestObjects<K, T extends HasMetadata> {
    /** A response comes within seconds, and so many objects are not deleted in that time. */
    private static final int MOST_DELETED = 20_000;

    private final Map<K, T> objects = new HashMap<>();
    /** By uid, which no later object has, also if it has the same name. */
    private final SequencedSet<String> deleted = new LinkedHashSet<>();

    /** @return whether it is newer than what was known */
    public boolean put(K key, T object) {
        if (deleted.contains(object.getMetadata().getUid())) {
            return false;
        }
        T before = objects.get(key);
        if (before != null
                && before.getMetadata().getUid().equals(object.getMetadata().getUid())
                && version(before) > version(object)) {
            return false;
        }
        objects.put(key, object);
        return true;
    }

    /** @param last as the watch knew it; a newer object of the same name stays */
    public boolean remove(K key, T last) {
        deleted.add(last.getMetadata().getUid());
        if (deleted.size() > MOST_DELETED) {
            deleted.removeFirst();
        }
        T known = objects.get(key);
        if (known != null
                && known.getMetadata().getUid().equals(last.getMetadata().getUid())) {
            objects.remove(key);
            return true;
        }
        return false;
    }

    public Optional<T> get(K key) {
        return Optional.ofNullable(objects.get(key));
    }

    public boolean has(K key) {
        return objects.containsKey(key);
    }

    public Collection<T> all() {
        return objects.values();
    }

    public Map<K, T> byKey() {
        return objects;
    }

    /** Kubernetes 1.34 promises what etcd always did: versions are numbers that grow. */
    private static long version(HasMetadata object) {
        try {
            return Long.parseUnsignedLong(object.getMetadata().getResourceVersion());
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }
}
