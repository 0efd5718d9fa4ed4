package dev.baton.sim;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** One topic's only partition: a total order, with the leader's idea of the append time. */
final class SimLog<E> {
    /** Any instant will do; append times are relative to it. */
    private static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");

    /**
     * @param trueTime when it was really appended, which nobody but the laws may see
     * @param at when its leader says that it was appended
     */
    record Entry<E>(long offset, long trueTime, Instant at, E value) {}

    private final String name;
    private final Scheduler scheduler;
    private final List<Entry<E>> entries = new ArrayList<>();
    private final List<Consumer<Entry<E>>> watchers = new ArrayList<>();
    private long leaderClock;
    private boolean up = true;
    private long downSince;
    private long cameUpAt;

    SimLog(String name, Scheduler scheduler) {
        this.name = name;
        this.scheduler = scheduler;
    }

    String name() {
        return name;
    }

    boolean isUp() {
        return up;
    }

    void goDown() {
        if (up) {
            up = false;
            downSince = scheduler.now();
        }
    }

    void comeUp() {
        if (!up) {
            up = true;
            cameUpAt = scheduler.now();
        }
    }

    /** Of the last outage. */
    long downSince() {
        return downSince;
    }

    /** End of the last outage. */
    long cameUpAt() {
        return cameUpAt;
    }

    /** Another replica leads; its clock stands elsewhere, so append times step. */
    void changeLeader(long clock) {
        leaderClock = clock;
    }

    void append(E value) {
        if (!up) {
            throw new IllegalStateException("append to " + name + " while it is down");
        }
        long now = scheduler.now();
        Instant at = BEGINNING.plus(Duration.ofMillis((now + leaderClock) / 1_000_000));
        var entry = new Entry<>(entries.size(), now, at, value);
        entries.add(entry);
        for (Consumer<Entry<E>> watcher : List.copyOf(watchers)) {
            watcher.accept(entry);
        }
    }

    /** Called within the append, in order of subscription. */
    void watch(Consumer<Entry<E>> watcher) {
        watchers.add(watcher);
    }

    void unwatch(Consumer<Entry<E>> watcher) {
        watchers.remove(watcher);
    }

    long end() {
        return entries.size();
    }

    Entry<E> get(long offset) {
        return entries.get(Math.toIntExact(offset));
    }
}
