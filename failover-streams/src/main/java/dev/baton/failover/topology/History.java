package dev.baton.failover.topology;

import dev.baton.contract.Snapshot;
import dev.baton.contract.Topic;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The past of a partition: what a task needs to stand where its predecessor stood. */
public interface History {
    /** Takes the entries of a range, in order. */
    @FunctionalInterface
    interface Reader {
        void entry(long offset, Instant at, byte[] key, byte[] value);
    }

    /** The latest snapshot of each fleet and of this kind whose offset is not after {@code offset}. */
    <S extends Snapshot> List<S> snapshots(Class<S> kind, int partition, long offset);

    /** Reads the entries {@code from} (or the oldest kept) up to, not including, {@code to}. */
    void read(Topic topic, int partition, long from, long to, Reader reader);

    /** What a compacted log ends with: the last value of each key, without those that were removed. */
    SortedMap<String, byte[]> compacted(Topic topic, int partition);

    /** No past: for a log that begins now. */
    History NONE = new History() {
        @Override
        public <S extends Snapshot> List<S> snapshots(Class<S> kind, int partition, long offset) {
            return List.of();
        }

        @Override
        public void read(Topic topic, int partition, long from, long to, Reader reader) {}

        @Override
        public SortedMap<String, byte[]> compacted(Topic topic, int partition) {
            return new TreeMap<>();
        }
    };
}
