package dev.baton.bridge;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The same trouble is told once in half a minute, however often it is met; counters tell how often. */
final class Seldom {
    private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final ConcurrentHashMap<String, Long> told = new ConcurrentHashMap<>();

    /** @param trouble of a kind or a code: never of anything that users name, or there was no end of them */
    boolean isDue(String trouble) {
        long now = System.nanoTime();
        return told.merge(trouble, now, (before, again) -> again - before < AGAIN_NANOS ? before : again) == now;
    }
}
