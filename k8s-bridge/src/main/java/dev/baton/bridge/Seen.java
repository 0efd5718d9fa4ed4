package dev.baton.bridge;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The newest form of each object that we have seen, whether by a watch or in the answer to a write of ours: a watch may
 * still tell of the time before it.
 */
final class Seen<K, T extends HasMetadata> {
    private final Map<K, T> objects = new HashMap<>();

    /** @return whether it is newer than what was known */
    boolean put(K key, T object) {
        T before = objects.get(key);
        if (before != null
                && before.getMetadata().getUid().equals(object.getMetadata().getUid())
                && version(before) > version(object)) {
            return false;
        }
        objects.put(key, object);
        return true;
    }

    /** @param last as the watch knew it; one of the same name that was made since stays */
    boolean remove(K key, T last) {
        T known = objects.get(key);
        if (known != null
                && known.getMetadata().getUid().equals(last.getMetadata().getUid())) {
            objects.remove(key);
            return true;
        }
        return false;
    }

    Optional<T> get(K key) {
        return Optional.ofNullable(objects.get(key));
    }

    boolean has(K key) {
        return objects.containsKey(key);
    }

    Collection<T> all() {
        return objects.values();
    }

    Map<K, T> byKey() {
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
