package dev.baton.bridge;

import dev.baton.bridge.core.ObjectKey;
import java.util.HashMap;
import java.util.Map;

/**
 * On what basis each object was looked at last: it was as it should be then, or its write was given to the writer. So a
 * round over ten thousand objects works on those whose basis is another now. Forgotten when a write ends: what the
 * object is like then may be what it was like before, if somebody took it back at once. Belongs to the loop's thread.
 */
final class Looked {
    private Map<ObjectKey, Object> last = new HashMap<>();
    private Map<ObjectKey, Object> now = new HashMap<>();

    /** @param basis all that the object's right form follows from; compared by {@code equals} */
    boolean isDone(ObjectKey key, Object basis) {
        if (!basis.equals(last.get(key))) {
            return false;
        }
        now.put(key, basis);
        return true;
    }

    void done(ObjectKey key, Object basis) {
        now.put(key, basis);
    }

    /** To be looked at again in any case. */
    void forget(ObjectKey key) {
        last.remove(key);
    }

    void forgetAll() {
        last.clear();
    }

    /** What this round did not meet is gone. */
    void roundEnds() {
        last = now;
        now = new HashMap<>(last.size() * 2);
    }
}
