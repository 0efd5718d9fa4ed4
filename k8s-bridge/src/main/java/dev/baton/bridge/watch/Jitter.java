package dev.baton.bridge.watch;

import java.util.concurrent.ThreadLocalRandom;

/** Replicas and clusters should not come back in step. */
public final class Jitter {
    private Jitter() {}

    /** Between half and all of it. */
    public static long atMost(long pause) {
        return pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2 + 1);
    }

    /** The pause that was asked for, and up to a quarter more. */
    public static long atLeast(long nanos) {
        return nanos + ThreadLocalRandom.current().nextLong(nanos / 4 + 1);
    }
}
