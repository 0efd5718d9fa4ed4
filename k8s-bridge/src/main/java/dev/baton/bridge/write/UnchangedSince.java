package dev.baton.bridge.write;

import dev.baton.bridge.status.ObjectKey;
import java.util.HashMap;
import java.util.Map;

/**
 * Remembers the inputs with which each object was last found correct or its write was queued, so that a round over
 * ten thousand objects skips the unchanged ones. Forgotten when a write completes, because another client may have
 * reverted it. Used by the loop's thread only.
 */
public final class UnchangedSince {
    private Map<ObjectKey, Object> last = new HashMap<>();
    private Map<ObjectKey, Object> now = new HashMap<>();

    /** @param basis the inputs that determine the object's right form; compared by {@code equals} */
    public boolean isDone(ObjectKey key, Object basis) {
        if (!basis.equals(last.get(key))) {
            return false;
        }
        now.put(key, basis);
        return true;
    }

    public void done(ObjectKey key, Object basis) {
        now.put(key, basis);
    }

    /** Makes the next round look at the object again. */
    public void forget(ObjectKey key) {
        last.remove(key);
    }

    public void forgetAll() {
        last.clear();
    }

    /** Forgets the objects that this round did not meet: they were deleted. */
    public void roundEnds() {
        last = now;
        now = new HashMap<>(last.size() * 2);
    }
}
