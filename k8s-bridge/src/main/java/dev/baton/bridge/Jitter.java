package dev.baton.bridge;

import java.util.concurrent.ThreadLocalRandom;

/** Replicas and clusters should not come back in step. */
final class Jitter {
    private Jitter() {}

    /** Between half and all of it. */
    static long atMost(long pause) {
        return pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2 + 1);
    }

    /** As long as somebody asked for, and up to a quarter more. */
    static long atLeast(long nanos) {
        return nanos + ThreadLocalRandom.current().nextLong(nanos / 4 + 1);
    }
}
