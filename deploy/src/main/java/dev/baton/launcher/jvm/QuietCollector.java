package dev.baton.launcher.jvm;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Collects garbage once after a burst of changes is over. The serial collector grows the heap before it does a full
 * collection, and an idle agent makes so little garbage that it would keep for hours the memory that a thousand EIPs
 * needed for a second.
 * The collection takes some ten milliseconds for heaps of this size.
 */
public final class QuietCollector {
    private static final Duration EVERY = Duration.ofSeconds(5);
    /** More than the young generation, which is collected all the time. */
    private static final long SOME_BYTES = 4 << 20;

    private QuietCollector() {}

    /** Watches the heap of this process until it ends. */
    public static void watch() {
        Thread.ofPlatform().daemon().name("quiet-collector").start(QuietCollector::run);
    }

    private static void run() {
        long kept = 0;
        long before = 0;
        while (!Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(EVERY.toNanos());
            long used = used();
            boolean quiet = Math.abs(used - before) < SOME_BYTES;
            before = used;
            if (quiet && used - kept > SOME_BYTES) {
                System.gc();
                kept = used();
                before = kept;
            }
        }
    }

    private static long used() {
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
