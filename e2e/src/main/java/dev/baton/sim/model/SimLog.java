package dev.baton.sim.model;

import dev.baton.contract.FleetId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One topic's only partition: a total order, with the leader's idea of the append time. What retention took away is
 * hidden from its readers; the laws still see it.
 */
public final class SimLog<E> {
    /** Any instant will do; append times are relative to it. */
    private static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");

    /**
     * @param trueTime when it was really appended, which nobody but the laws may see
     * @param at when its leader says that it was appended
     * @param record empty if nobody can read it
     */
    public record Entry<E>(long offset, long trueTime, Instant at, FleetId fleet, Optional<E> record) {
        public boolean isReadable() {
            return record.isPresent();
        }

        public boolean isOf(FleetId one) {
            return fleet.equals(one);
        }

        /** What a readable entry says. */
        public E value() {
            return record.orElseThrow(() -> new IllegalStateException("nobody can read entry " + offset));
        }
    }

    /** Hears of every change within the change, in order of subscription. */
    public interface Watcher<E> {
        void appended(Entry<E> entry);

        /** Entries from {@code end} on are gone; the next one will have that offset. */
        void cut(long end);
    }

    private final String name;
    private final Scheduler scheduler;
    private final List<Entry<E>> entries = new ArrayList<>();
    private final List<Watcher<E>> watchers = new ArrayList<>();
    private long leaderClock;
    private long begin;
    private long beginBeforeLoss = Long.MAX_VALUE;
    private int lives = 1;
    private boolean up = true;
    private long downSince;
    private long cameUpAt;

    SimLog(String name, Scheduler scheduler) {
        this.name = name;
        this.scheduler = scheduler;
    }

    public String name() {
        return name;
    }

    public boolean isUp() {
        return up;
    }

    public void goDown() {
        if (up) {
            up = false;
            downSince = scheduler.now();
        }
    }

    public void comeUp() {
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
    public void changeLeader(long clock) {
        leaderClock = clock;
    }

    void append(FleetId fleet, E value) {
        append(fleet, Optional.of(value));
    }

    /** Somebody writes what nobody can read: a key or value is missing, or its schema is unknown. */
    public void appendUnreadable(FleetId fleet) {
        append(fleet, Optional.empty());
    }

    private void append(FleetId fleet, Optional<E> record) {
        if (!up) {
            throw new IllegalStateException("append to " + name + " while it is down");
        }
        long now = scheduler.now();
        Instant at = BEGINNING.plus(Duration.ofMillis((now + leaderClock) / 1_000_000));
        var entry = new Entry<>(entries.size(), now, at, fleet, record);
        entries.add(entry);
        for (Watcher<E> watcher : List.copyOf(watchers)) {
            watcher.appended(entry);
        }
    }

    /** Readers find nothing before this offset any more. */
    public void retainFrom(long offset) {
        begin = Math.max(begin, Math.min(offset, end()));
    }

    /** Nothing is left of what was appended so far, until somebody brings it back. */
    public void loseAll() {
        beginBeforeLoss = Math.min(beginBeforeLoss, begin);
        retainFrom(end());
    }

    public void bringBack() {
        begin = Math.min(begin, beginBeforeLoss);
        beginBeforeLoss = Long.MAX_VALUE;
    }

    /** A replica that had not seen the last entries becomes the leader, or the topic is made anew. */
    public void cutAt(long end) {
        if (end < entries.size()) {
            entries.subList(Math.toIntExact(end), entries.size()).clear();
            begin = Math.min(begin, end);
            List.copyOf(watchers).forEach(watcher -> watcher.cut(end));
        }
    }

    /** The topic is deleted and made again. */
    public void makeAnew() {
        lives++;
        cutAt(0);
        begin = 0;
        beginBeforeLoss = Long.MAX_VALUE;
    }

    /** How many times it was made. */
    public int lives() {
        return lives;
    }

    public void watch(Watcher<E> watcher) {
        watchers.add(watcher);
    }

    void unwatch(Watcher<E> watcher) {
        watchers.remove(watcher);
    }

    /** Offset of the oldest entry that readers find. */
    public long begin() {
        return begin;
    }

    public long end() {
        return entries.size();
    }

    public Entry<E> get(long offset) {
        return entries.get(Math.toIntExact(offset));
    }

    /** Offset of the last entry of this fleet that can be read; -1 if there is none. */
    public long lastOf(FleetId fleet) {
        for (long offset = end() - 1; offset >= 0; offset--) {
            if (get(offset).isOf(fleet) && get(offset).isReadable()) {
                return offset;
            }
        }
        return -1;
    }
}
