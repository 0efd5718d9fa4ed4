package dev.baton.failover.topology;

import dev.baton.contract.FleetId;
import dev.baton.contract.Snapshot;
import dev.baton.contract.Tick;
import dev.baton.contract.TickClock;
import dev.baton.contract.Timings;
import dev.baton.contract.wire.Log;
import dev.baton.contract.wire.Logs;
import dev.baton.failover.core.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * What both folds' tasks share: the state of each fleet in the partition, its restoring before the first entry, ticks,
 * snapshots.
 *
 * @param <S> a fold's state
 * @param <N> the snapshot of such a state
 * @param <E> what its log holds
 */
abstract class FoldTask<S, N extends Snapshot, E> implements Processor<byte[], byte[], byte[], byte[]> {
    private static final List<Duration> REPUBLISH_AFTER =
            List.of(Duration.ofSeconds(5), Duration.ofSeconds(20), Duration.ofMinutes(1), Duration.ofMinutes(5));

    private final Shell shell;
    private final Log<E> log;
    private final SortedMap<FleetId, S> states = new TreeMap<>();
    private final SortedMap<FleetId, Ticker> tickers = new TreeMap<>();
    /** Asked for every few milliseconds, so kept until the state changes. */
    private final SortedMap<FleetId, Optional<Duration>> periods = new TreeMap<>();

    private @Nullable ProcessorContext<byte[], byte[]> context;
    private boolean woken;
    private boolean restored;
    private long sinceSnapshot;
    private int partition;
    private long nextOffset;
    /** When to say everything again after a start; a predecessor that hangs may write for a while yet. */
    private final Deque<Long> republications = new ArrayDeque<>();

    FoldTask(Shell shell, Log<E> log) {
        this.shell = shell;
        this.log = log;
    }

    /** The state before a fleet's first entry. */
    abstract S start(FleetId fleet);

    /** Which of the snapshots are this fold's. */
    abstract Class<N> snapshots();

    abstract S of(N snapshot);

    /** Folds an entry without saying anything: it was said before. */
    abstract S refold(S state, long offset, Instant at, E event);

    /** Folds an entry and forwards what follows. */
    abstract S fold(S state, FleetId fleet, long offset, Instant at, E event);

    abstract N snapshot(S state, long offset);

    /** Entities in a snapshot of this state. */
    abstract int sizeOf(S state);

    /** For how many entities the configured distance between snapshots is meant; a start folds proportionally more. */
    abstract int entitiesPerInterval();

    /** Says everything again that viewers should see, and takes away what they should not. */
    abstract void republish(FleetId fleet, S state, int partition, long offset);

    /** The tick in an entry of this log, if it is one. */
    abstract Optional<Tick> tickOf(E event);

    abstract TickClock clockOf(S state);

    /** The monitor period if this fold needs time now. */
    abstract Optional<Duration> tickPeriod(S state);

    /** Whether a state may only be restored if no entry that it follows from is gone. */
    abstract boolean needsWholePast();

    /** A tick came back from the log, whoever sent it. */
    abstract void ticked();

    abstract void sendTick(FleetId fleet, Tick tick);

    abstract String snapshotSink();

    final Shell shell() {
        return shell;
    }

    final void forward(Record<byte[], byte[]> record, String sink) {
        context().forward(record, sink);
    }

    private ProcessorContext<byte[], byte[]> context() {
        return Objects.requireNonNull(context, "init comes first");
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> given) {
        context = given;
        partition = given.taskId().partition();
        given.schedule(shell.punctuation(), PunctuationType.WALL_CLOCK_TIME, ignored -> tick());
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        RecordMetadata metadata = context().recordMetadata().orElseThrow();
        woken = true;
        if (!restored) {
            restore(metadata.offset());
            restored = true;
            long now = shell.nanoClock().getAsLong();
            REPUBLISH_AFTER.forEach(after -> republications.add(now + after.toNanos()));
        }
        nextOffset = metadata.offset() + 1;
        shell.decode(log, metadata.offset(), record.key(), record.value())
                .ifPresent(entry -> fold(entry, metadata.offset(), Instant.ofEpochMilli(record.timestamp())));
        if (++sinceSnapshot >= spacing()) {
            sinceSnapshot = 0;
            states.forEach(this::publish);
        }
    }

    /** A large fleet's snapshot is as long as many entries: it is taken after as many more. */
    private long spacing() {
        int size = states.values().stream().mapToInt(this::sizeOf).max().orElse(0);
        return (long) shell.snapshotEvery() * Math.max(1, size / entitiesPerInterval());
    }

    private void fold(Shell.Entry<E> entry, long offset, Instant at) {
        FleetId fleet = entry.fleet();
        S before = states.containsKey(fleet) ? states.get(fleet) : start(fleet);
        S after = fold(before, fleet, offset, at, entry.value());
        states.put(fleet, after);
        periods.remove(fleet);
        Ticker ticker = tickers.computeIfAbsent(
                fleet, unknown -> new Ticker(shell.tickerNames().get()));
        tickOf(entry.value()).ifPresent(tick -> {
            ticker.readBack(tick, clockOf(after), shell.nanoClock().getAsLong());
            ticked();
        });
    }

    private void publish(FleetId fleet, S state) {
        Record<byte[], byte[]> record = shell.record(Logs.SNAPSHOTS, fleet, snapshot(state, nextOffset));
        forward(record.withHeaders(SnapshotRounds.headers(states.size())), snapshotSink());
        republish(fleet, state, partition, nextOffset - 1);
    }

    /** Only now is it known where the predecessor stood: at the first entry that is handed to us. */
    private void restore(long offset) {
        long began = shell.nanoClock().getAsLong();
        History.Snapshots<N> snapshots = shell.history().snapshots(snapshots(), partition, offset);
        var begins = new TreeMap<FleetId, Long>();
        for (N snapshot : snapshots.latest()) {
            states.put(snapshot.fleet(), of(snapshot));
            begins.put(snapshot.fleet(), snapshot.offset());
        }
        long from = snapshots.isWhole() && !begins.isEmpty() ? Collections.min(begins.values()) : 0;
        checkPast(snapshots.isWhole(), begins, from, offset);
        var entries = new long[1];
        shell.history()
                .read(
                        log.topic(),
                        partition,
                        from,
                        offset,
                        (at, time, key, value) -> shell.decode(log, at, key, value)
                                .filter(entry -> begins.getOrDefault(entry.fleet(), 0L) <= at)
                                .ifPresent(entry -> {
                                    S state = states.containsKey(entry.fleet())
                                            ? states.get(entry.fleet())
                                            : start(entry.fleet());
                                    states.put(entry.fleet(), refold(state, at, time, entry.value()));
                                    entries[0]++;
                                }));
        states.forEach((fleet, state) -> {
            tickers.put(fleet, new Ticker(shell.tickerNames().get()));
            republish(fleet, state, partition, offset - 1);
        });
        var took = Duration.ofNanos(shell.nanoClock().getAsLong() - began);
        shell.watch().restored(log.topic().name(), partition, offset, entries[0], took);
    }

    /** Nothing may be concluded, least of all that something is to be removed, from a past with a hole in it. */
    private void checkPast(boolean isWhole, SortedMap<FleetId, Long> begins, long from, long offset) {
        long begin = shell.history().begin(log.topic(), partition);
        if (!needsWholePast() || begin == 0) {
            return;
        }
        if (!isWhole || begins.isEmpty()) {
            throw new IncompletePast(log.topic().name(), partition, begin);
        }
        if (from < begin) {
            FleetId fleet = begins.entrySet().stream()
                    .filter(entry -> entry.getValue() == from)
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElseThrow();
            throw new IncompletePast(log.topic().name(), partition, fleet, from, begin);
        }
    }

    /**
     * A quiet log hands over no entry, and the state is restored at the first one: so whoever takes over appends an entry
     * of its own. Generation 0 is below that of any ticker in force, so this tick counts for no clock.
     */
    private void wake() {
        if (!woken) {
            woken = true;
            shell.history()
                    .newest(log.topic(), partition)
                    .ifPresent(fleet -> sendTick(
                            fleet, new Tick(shell.tickerNames().get(), 0, 0, Timings.DEFAULT.tunnelMonitorPeriod())));
        }
    }

    private void tick() {
        wake();
        long now = shell.nanoClock().getAsLong();
        if (!republications.isEmpty() && now - republications.getFirst() >= 0) {
            republications.removeFirst();
            states.forEach(this::publish);
        }
        states.forEach((fleet, state) -> {
            Ticker ticker = tickers.computeIfAbsent(
                    fleet, unknown -> new Ticker(shell.tickerNames().get()));
            Optional<Duration> period = periods.computeIfAbsent(fleet, unknown -> tickPeriod(state));
            if (period.isPresent()) {
                ticker.due(now, clockOf(state), period.get()).ifPresent(tick -> sendTick(fleet, tick));
            } else {
                ticker.rest();
            }
        });
    }
}
