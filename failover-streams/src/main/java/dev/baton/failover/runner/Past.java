package dev.baton.failover.runner;

import dev.baton.contract.FleetId;
import dev.baton.contract.StateAt;
import dev.baton.failover.core.Views.View;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The past of one fold's partition: what a runner needs to stand where its predecessor stood.
 *
 * @param <N> the fold's snapshots
 * @param <E> what its log holds
 */
public interface Past<N extends StateAt, E> {
    /**
     * What is known of a partition's snapshots.
     *
     * @param latest of each fleet
     * @param wholeAt offset of the latest round in which every fleet was: a fleet that has no snapshot began after it.
     *     Empty if no round is known to be whole, as when the first one was cut off: then nothing is known of a fleet
     *     without a snapshot
     * @param newest offset of the newest snapshot, usable or not
     */
    record Snapshots<N extends StateAt>(List<N> latest, OptionalLong wholeAt, OptionalLong newest) {
        /**
         * Offsets of another log mean nothing here.
         *
         * @param log its name with the partition, for the error
         * @param end offset of the entry that will be appended next
         * @throws IncompletePast if the newest snapshot is of what the log does not have
         */
        public void requireWithin(String log, long end) {
            if (newest.isPresent() && newest.getAsLong() > end) {
                throw IncompletePast.shortened(log, newest.getAsLong(), end);
            }
        }

        public static <N extends StateAt> Snapshots<N> none() {
            return new Snapshots<>(List.of(), OptionalLong.empty(), OptionalLong.empty());
        }

        public Snapshots {
            latest = List.copyOf(latest);
        }
    }

    /** Takes the entries of a range, in order. */
    @FunctionalInterface
    interface Entries<E> {
        void entry(long offset, Instant at, FleetId fleet, E entry);
    }

    /** The latest snapshot of each fleet whose offset is not after {@code offset}. */
    Snapshots<N> snapshots(long offset);

    /** Offset of the oldest entry that is kept. */
    long begin();

    /** Offset of the entry that will be appended next. */
    long end();

    /** Reads the entries {@code from} (or the oldest kept) up to, not including, {@code to}. */
    void read(long from, long to, Entries<E> entries);

    /** The fleet that the newest entry is about; empty if the log has none. */
    Optional<FleetId> newest();

    /**
     * What the views of a fleet end with, whoever wrote it, without removals; empty while they were not read to their
     * end. Asked for again and again, and never waits.
     */
    Optional<List<View>> published(FleetId fleet);
}
