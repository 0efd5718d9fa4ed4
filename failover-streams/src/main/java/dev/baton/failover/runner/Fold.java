package dev.baton.failover.runner;

import dev.baton.contract.FleetId;
import dev.baton.contract.Rules;
import dev.baton.contract.StateAt;
import dev.baton.contract.Tick;
import dev.baton.contract.TickClock;
import dev.baton.contract.Topic;
import dev.baton.contract.UnknownRules;
import dev.baton.failover.core.Views.View;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A fold as its runner sees it.
 *
 * @param <S> its state
 * @param <N> the snapshot of a state
 * @param <E> what its log holds
 */
public interface Fold<S, N extends StateAt, E> {
    /** A state and what is to be written because of it. */
    record Folded<S>(S state, List<Write> writes) {
        public Folded {
            writes = List.copyOf(writes);
        }
    }

    /**
     * Something wrong that a view ends with, and what puts it right.
     *
     * @param about names the view among all of a fleet
     * @param shown what is wrong; empty: something is missing
     */
    record Correction(String about, Optional<View> shown, List<Write> writes) {
        public Correction {
            writes = List.copyOf(writes);
        }
    }

    /** The state before a fleet's first entry. */
    S start(FleetId fleet);

    /** @throws UnknownRules if the snapshot is of a log at rules that this release does not know */
    S of(N snapshot);

    /** @param offset of the first entry that the state has not folded */
    N snapshot(S state, long offset);

    /** Where its snapshots go. */
    Topic snapshotLog();

    /**
     * Keeps a snapshot.
     *
     * @param fleets how many of the partition are in the same round of snapshots
     * @param log which one
     */
    Write keep(N snapshot, int fleets, Topic log);

    /** @throws UnknownRules if the entry is of a log at rules that this release does not know, or puts it there */
    Folded<S> step(S before, FleetId fleet, long offset, Instant at, E entry);

    /** Which rules the state's log is folded by. */
    Rules rulesOf(S state);

    /** Entities in a snapshot of this state. */
    int sizeOf(S state);

    /** For how many entities the configured distance between snapshots is meant; a start folds proportionally more. */
    int entitiesPerInterval();

    /** Whether a state may only be restored if no entry that it follows from is gone. */
    boolean needsWholePast();

    /** The tick in an entry of this log, if it is one. */
    Optional<Tick> tickOf(E entry);

    TickClock clockOf(S state);

    /** The monitor period if this fold needs time now. */
    Optional<Duration> tickPeriod(S state);

    /** Appends a tick to this fold's own log. */
    Write tick(FleetId fleet, Tick tick);

    /** Everything that readers of the views should see; nothing if this fold has no views. */
    List<Write> views(FleetId fleet, S state, long cause);

    /**
     * What the views end with and should not.
     *
     * @param published asked only by a fold that has views; empty if they were not read to their end
     * @param offset of the first entry that the state has not folded
     */
    List<Correction> corrections(FleetId fleet, S state, Supplier<Optional<List<View>>> published, long offset);
}
