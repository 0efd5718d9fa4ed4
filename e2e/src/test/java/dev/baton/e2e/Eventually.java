package dev.baton.e2e;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for something to become true, and says what did not. */
public final class Eventually {
    /** Far longer than anything takes on a machine that others use too. */
    public static final Duration LONG = Duration.ofSeconds(60);

    private static final long LOOK_EVERY = TimeUnit.MILLISECONDS.toNanos(10);

    private Eventually() {}

    /** Looks again and again until there is something. */
    public static <T> T get(Duration limit, Supplier<String> what, Supplier<Optional<T>> look) {
        long deadline = System.nanoTime() + limit.toNanos();
        Optional<T> found = look.get();
        while (found.isEmpty()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not within " + limit.toSeconds() + " s: " + what.get());
            }
            LockSupport.parkNanos(LOOK_EVERY);
            found = look.get();
        }
        return found.get();
    }

    public static void holds(Duration limit, String what, BooleanSupplier condition) {
        get(limit, () -> what, () -> condition.getAsBoolean() ? Optional.of(true) : Optional.empty());
    }
}
