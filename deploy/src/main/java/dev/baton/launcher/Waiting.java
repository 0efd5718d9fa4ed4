package dev.baton.launcher;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for conditions, never for a fixed time. */
public final class Waiting {
    private static final long LOOK_EVERY_NANOS = 5_000_000;

    private Waiting() {}

    public static void until(Duration limit, String what, BooleanSupplier condition) {
        until(limit, () -> what, condition);
    }

    /** @throws NotInTime if the condition does not hold within {@code limit} */
    public static void until(Duration limit, Supplier<String> what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new NotInTime("not within " + limit.toSeconds() + "s: " + what.get());
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new IllegalStateException("interrupted while waiting for: " + what.get());
            }
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
        }
    }

    /** A condition did not hold within its time limit. */
    public static final class NotInTime extends RuntimeException {
        private static final long serialVersionUID = 1;

        NotInTime(String message) {
            super(message);
        }
    }
}
