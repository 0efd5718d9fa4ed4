package dev.baton.bridge.watch;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Logs each kind of problem at most once per 30 s; counters have the totals. */
final class RateLimitedLog {
    private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final ConcurrentHashMap<String, Long> told = new ConcurrentHashMap<>();

    /** @param trouble must come from a fixed set (no user-chosen names), else this map grows without bound */
    boolean isDue(String trouble) {
        long now = System.nanoTime();
        return told.merge(trouble, now, (before, again) -> again - before < AGAIN_NANOS ? before : again) == now;
    }
}
