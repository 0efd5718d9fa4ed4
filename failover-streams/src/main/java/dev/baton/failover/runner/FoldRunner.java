package dev.baton.failover.runner;

import dev.baton.contract.FleetId;
import dev.baton.contract.StateAt;
import dev.baton.contract.Tick;
import dev.baton.contract.Timings;
import dev.baton.contract.Topic;
import dev.baton.contract.Topics;
import dev.baton.failover.core.TickSource;
import dev.baton.failover.runner.Fold.Folded;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Runs one fold over one partition: the state of each fleet in it, its restoring before the first entry, ticks,
 * snapshots and views. All that follows is returned, to be written in its order; times are readings of one monotonic
 * clock, in nanoseconds. Used by one thread.
 *
 * @param <S> the fold's state
 * @param <N> the snapshot of such a state
 * @param <E> what its log holds
 */
public final class FoldRunner<S, N extends StateAt, E> {
    private final Fold<S, N, E> fold;
    private final Past<N, E> past;
    private final String log;
    private final String name;
    private final Function<String, TickSource> tickers;
    private final int snapshotEvery;
    private final SortedMap<FleetId, S> states = new TreeMap<>();
    private final SortedMap<FleetId, TickSource> ticking = new TreeMap<>();
    /** Asked for every few milliseconds, so kept until the state changes. */
    private final SortedMap<FleetId, Optional<Duration>> periods = new TreeMap<>();

    private final ViewChecks checks = new ViewChecks();
    private final CalmSnapshots calm = new CalmSnapshots();
    private boolean woken;
    private boolean restored;
    private long refolded;
    private long sinceSnapshot;
    private long nextOffset;

    /**
     * @param log its name with the partition, for errors
     * @param name of this runner, never used before: shows in the log who ticks
     * @param tickers makes one that ticks with this name
     * @param snapshotEvery entries between two snapshots of a small fleet
     */
    public FoldRunner(
            Fold<S, N, E> fold,
            Past<N, E> past,
            String log,
            String name,
            Function<String, TickSource> tickers,
            int snapshotEvery) {
        this.fold = fold;
        this.past = past;
        this.log = log;
        this.name = name;
        this.tickers = tickers;
        this.snapshotEvery = snapshotEvery;
    }

    /**
     * Takes the next entry of the log.
     *
     * @throws IncompletePast if what came before it is not there any more, or is not what was read
     */
    public List<Write> take(FleetId fleet, long offset, Instant at, E entry, long nowNanos) {
        var writes = arriveAt(offset);
        S before = stateOf(fleet);
        Folded<S> folded = fold.step(before, fleet, offset, at, entry);
        states.put(fleet, folded.state());
        periods.remove(fleet);
        writes.addAll(folded.writes());
        TickSource ticker = tickerOf(fleet);
        fold.tickOf(entry).ifPresent(tick -> ticker.readBack(tick, fold.clockOf(folded.state()), nowNanos));
        // From here on nobody needs the old rules for a start.
        boolean adopted = !fold.rulesOf(folded.state()).equals(fold.rulesOf(before));
        writes.addAll(adopted ? snapshotsAndViews() : maybeTakeSnapshots());
        return writes;
    }

    /**
     * The next record of the log is none that anybody could read; it counts as an entry that changes nothing.
     *
     * @throws IncompletePast as {@link #take}
     */
    public List<Write> passOver(long offset) {
        var writes = arriveAt(offset);
        writes.addAll(maybeTakeSnapshots());
        return writes;
    }

    /** Time passes, whether entries come or not. To be called several times in a monitor period. */
    public List<Write> tick(long nowNanos) {
        var writes = new ArrayList<Write>(wake());
        if (restored && checks.begins(nowNanos)) {
            states.forEach((fleet, state) -> writes.addAll(corrections(fleet, state)));
        }
        if (restored && calm.isDue(nowNanos)) {
            boolean keepsAll = fold.snapshotLog().retention().isEmpty();
            writes.addAll(keepsAll ? snapshotsAndViews() : snapshots(Topics.SNAPSHOTS));
        }
        states.forEach((fleet, state) -> {
            TickSource ticker = tickerOf(fleet);
            Optional<Duration> period = periods.computeIfAbsent(fleet, unknown -> fold.tickPeriod(state));
            if (period.isPresent()) {
                ticker.due(nowNanos, fold.clockOf(state), period.get())
                        .ifPresent(tick -> writes.add(fold.tick(fleet, tick)));
            } else {
                ticker.rest();
            }
        });
        return writes;
    }

    /** Whether the state stands where the log's reader stands. */
    public boolean isRestored() {
        return restored;
    }

    /** Entries that were folded again to restore the state. */
    public long refolded() {
        return refolded;
    }

    /** The state of a fleet as far as it was folded; empty for one that was never heard of. */
    public Optional<S> state(FleetId fleet) {
        return Optional.ofNullable(states.get(fleet));
    }

    private S stateOf(FleetId fleet) {
        return state(fleet).orElseGet(() -> fold.start(fleet));
    }

    private TickSource tickerOf(FleetId fleet) {
        return ticking.computeIfAbsent(fleet, unknown -> tickers.apply(name));
    }

    /**
     * A quiet log hands over no entry, and the state is restored at the first one: so whoever takes over appends an
     * entry of its own. Generation 0 is below that of any ticker in force, so this tick counts for no clock.
     */
    private List<Write> wake() {
        if (woken) {
            return List.of();
        }
        woken = true;
        return past.newest().stream()
                .map(fleet -> fold.tick(fleet, new Tick(name, 0, 0, Timings.DEFAULT.tunnelMonitorPeriod())))
                .toList();
    }

    private List<Write> arriveAt(long offset) {
        if (restored && offset < nextOffset) {
            throw IncompletePast.back(log, nextOffset, offset);
        }
        if (restored && offset > nextOffset && fold.needsWholePast()) {
            throw IncompletePast.hole(log, nextOffset, offset);
        }
        var writes = new ArrayList<Write>(restoreOnce(offset));
        nextOffset = offset + 1;
        return writes;
    }

    /** Only with the first entry that is handed over it is known where the predecessor stood. */
    private List<Write> restoreOnce(long offset) {
        woken = true;
        if (restored) {
            return List.of();
        }
        restore(offset);
        restored = true;
        var writes = new ArrayList<Write>();
        states.forEach((fleet, state) -> writes.addAll(fold.views(fleet, state, offset - 1)));
        return writes;
    }

    private void restore(long offset) {
        Past.Snapshots<N> snapshots = past.snapshots(offset);
        var begins = new TreeMap<FleetId, Long>();
        for (N snapshot : snapshots.latest()) {
            states.put(snapshot.fleet(), fold.of(snapshot));
            begins.put(snapshot.fleet(), snapshot.offset());
        }
        snapshots.requireWithin(log, past.end());
        checkWhole(snapshots.wholeAt());
        long from = snapshots.wholeAt().orElse(0);
        past.read(from, offset, (at, time, fleet, entry) -> {
            if (begins.getOrDefault(fleet, 0L) <= at) {
                // What follows was said before.
                states.put(
                        fleet, fold.step(stateOf(fleet), fleet, at, time, entry).state());
                refolded++;
            }
        });
    }

    /** Nothing may be concluded, least of all that something is to be removed, from a past with a hole in it. */
    private void checkWhole(OptionalLong wholeAt) {
        long begin = past.begin();
        if (fold.needsWholePast() && wholeAt.isEmpty() && begin > 0) {
            throw IncompletePast.fleetsUnknown(log, begin);
        }
        if (fold.needsWholePast() && wholeAt.isPresent() && wholeAt.getAsLong() < begin) {
            throw IncompletePast.cut(log, wholeAt.getAsLong(), begin);
        }
    }

    private List<Write> maybeTakeSnapshots() {
        if (++sinceSnapshot < snapshotEvery) {
            return List.of(); // for a fleet of any size: most entries need not ask how large the fleets are
        }
        // A large fleet's snapshot is as long as many entries: it is taken after as many more.
        int size = states.values().stream().mapToInt(fold::sizeOf).max().orElse(0);
        long spacing = (long) snapshotEvery * Math.max(1, size / fold.entitiesPerInterval());
        if (sinceSnapshot < spacing) {
            return List.of();
        }
        return snapshotsAndViews();
    }

    private List<Write> snapshotsAndViews() {
        sinceSnapshot = 0;
        var writes = new ArrayList<Write>(snapshots(fold.snapshotLog()));
        states.forEach((fleet, state) -> writes.addAll(fold.views(fleet, state, nextOffset - 1)));
        return writes;
    }

    private List<Write> snapshots(Topic to) {
        return states.values().stream()
                .<Write>map(state -> fold.keep(fold.snapshot(state, nextOffset), states.size(), to))
                .toList();
    }

    /** A predecessor that was stopped may go on at any time and say what it had to say. */
    private List<Write> corrections(FleetId fleet, S state) {
        return fold.corrections(fleet, state, () -> past.published(fleet), nextOffset).stream()
                .filter(wrong -> checks.isStill(fleet, wrong))
                .flatMap(wrong -> wrong.writes().stream())
                .toList();
    }
}
