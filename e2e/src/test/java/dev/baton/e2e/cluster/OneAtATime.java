package dev.baton.e2e.cluster;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Something that several test classes use, made by the first of them. Only one such thing exists at a time: two
 * clusters would share the machine's processors although only one of them is tested.
 */
final class OneAtATime<T> {
    private static Optional<OneAtATime<?>> existing = Optional.empty();

    private final Supplier<T> start;
    private final Consumer<T> end;
    private Optional<T> value = Optional.empty();
    private boolean failed;

    OneAtATime(Supplier<T> start, Consumer<T> end) {
        this.start = start;
        this.end = end;
        Runtime.getRuntime().addShutdownHook(new Thread(this::end, "cluster-close"));
    }

    T get() {
        synchronized (OneAtATime.class) {
            if (value.isEmpty()) {
                if (failed) {
                    throw new IllegalStateException("it could not be started; the first test that asked says why");
                }
                existing.ifPresent(OneAtATime::end);
                failed = true; // until it is made
                value = Optional.of(start.get());
                failed = false;
                existing = Optional.of(this);
            }
            return value.get();
        }
    }

    private void end() {
        synchronized (OneAtATime.class) {
            value.ifPresent(end);
            value = Optional.empty();
        }
    }
}
