package dev.baton.failover.topology;

import dev.baton.contract.FleetId;
import dev.baton.contract.StateAt;
import dev.baton.contract.Topic;
import dev.baton.failover.runner.Past;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** The past of a partition: what a task needs to stand where its predecessor stood. */
public interface History {
    /** Takes the entries of a range, in order. */
    @FunctionalInterface
    interface Entries {
        void entry(long offset, Instant at, byte[] key, byte[] value, Headers headers);
    }

    /** The latest snapshot of each fleet and of this kind whose offset is not after {@code offset}. */
    <S extends StateAt> Past.Snapshots<S> snapshots(Class<S> kind, int partition, long offset);

    /** Offset of the oldest entry that is kept. */
    long begin(Topic topic, int partition);

    /** Offset of the entry that will be appended next. */
    long end(Topic topic, int partition);

    /** The fleet that the newest entry is about; empty if the log has no entry with a key of ours. */
    Optional<FleetId> newest(Topic topic, int partition);

    /** Reads the entries {@code from} (or the oldest kept) up to, not including, {@code to}. */
    void read(Topic topic, int partition, long from, long to, Entries entries);

    /** Takes the records of compacted logs. */
    interface Records {
        /** @param value null for a removal */
        void record(Topic topic, byte @Nullable [] key, byte @Nullable [] value);

        /** The log was made anew: nothing that was read of it counts. */
        void beganAnew(Topic topic);
    }

    /** Compacted logs that are read from their beginning on. Used by one thread. */
    interface Followed extends AutoCloseable {
        /**
         * Reads what has come, for some milliseconds at most.
         *
         * @return whether all of them were read to their end
         */
        boolean read();

        @Override
        void close();
    }

    /** Reads one partition of each. */
    Followed follow(List<Topic> topics, int partition, Records records);

    /** No past: for a log that begins now. */
    History NONE = new None();

    /** Nothing was written before. */
    class None implements History {
        @Override
        public <S extends StateAt> Past.Snapshots<S> snapshots(Class<S> kind, int partition, long offset) {
            return Past.Snapshots.none();
        }

        @Override
        public long begin(Topic topic, int partition) {
            return 0;
        }

        @Override
        public long end(Topic topic, int partition) {
            return 0;
        }

        @Override
        public Optional<FleetId> newest(Topic topic, int partition) {
            return Optional.empty();
        }

        @Override
        public void read(Topic topic, int partition, long from, long to, Entries entries) {}

        @Override
        public Followed follow(List<Topic> topics, int partition, Records records) {
            return new Followed() {
                @Override
                public boolean read() {
                    return false; // There is nothing to compare with.
                }

                @Override
                public void close() {}
            };
        }
    }
}
