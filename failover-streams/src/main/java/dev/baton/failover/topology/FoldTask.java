package dev.baton.failover.topology;

import dev.baton.contract.Rules;
import dev.baton.contract.StateAt;
import dev.baton.contract.wire.Log;
import dev.baton.contract.wire.Partitions;
import dev.baton.failover.core.Ticker;
import dev.baton.failover.runner.Fold;
import dev.baton.failover.runner.FoldRunner;
import dev.baton.failover.runner.Write;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Hands a partition's records and the time to a {@link FoldRunner}, and forwards what it says.
 *
 * @param <S> the fold's state
 * @param <N> the snapshot of such a state
 * @param <E> what its log holds
 */
final class FoldTask<S, N extends StateAt, E> implements Processor<byte[], byte[], byte[], byte[]> {
    private final Shell shell;
    private final Log<E> log;
    private final Class<N> snapshots;
    private final Fold<S, N, E> fold;
    private final Sinks sinks;
    private final Optional<Pulse> pulse;

    private @Nullable ProcessorContext<byte[], byte[]> context;
    private @Nullable LogPast<N, E> past;
    private @Nullable FoldRunner<S, N, E> runner;
    private boolean restored;

    /** @param pulse hears of each tick that comes back; empty: this fold's silence says nothing */
    FoldTask(Shell shell, Log<E> log, Class<N> snapshots, Fold<S, N, E> fold, Sinks sinks, Optional<Pulse> pulse) {
        this.shell = shell;
        this.log = log;
        this.snapshots = snapshots;
        this.fold = fold;
        this.sinks = sinks;
        this.pulse = pulse;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> given) {
        context = given;
        int partition = given.taskId().partition();
        past = new LogPast<>(shell, log, snapshots, partition);
        runner = new FoldRunner<>(
                fold,
                past,
                log.topic().name() + "-" + partition,
                shell.names().get(),
                Ticker::new,
                shell.snapshotEvery());
        given.schedule(shell.punctuation(), PunctuationType.WALL_CLOCK_TIME, ignored -> forward(runner().tick(now())));
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        RecordMetadata metadata = context().recordMetadata().orElseThrow();
        long offset = metadata.offset();
        Instant at = Instant.ofEpochMilli(record.timestamp());
        long began = now();
        Optional<Shell.Entry<E>> entry =
                shell.decode(log, metadata.partition(), offset, record.key(), record.value(), record.headers());
        forward(
                entry.isPresent()
                        ? runner().take(
                                        entry.get().fleet(),
                                        offset,
                                        at,
                                        entry.get().value(),
                                        began)
                        : runner().passOver(offset));
        if (!restored) {
            restored = true;
            var took = Duration.ofNanos(now() - began);
            shell.watch().restored(log.topic().name(), metadata.partition(), offset, runner().refolded(), took);
        }
        entry.flatMap(taken -> fold.tickOf(taken.value()))
                .flatMap(tick -> pulse)
                .ifPresent(Pulse::ticked);
    }

    @Override
    public void close() {
        pulse.ifPresent(Pulse::ended);
        if (past != null) {
            past.close();
        }
    }

    private void forward(List<Write> writes) {
        for (Write write : writes) {
            Rules rules = runner().state(write.fleet()).map(fold::rulesOf).orElse(Rules.FIRST);
            switch (sinks.of(shell, write, rules)) {
                case Sinks.Sent.ToSink(var record, String sink) -> context().forward(record, sink);
                case Sinks.Sent.Aside(var record, var to) ->
                    shell.sideLog()
                            .offer(new ProducerRecord<>(
                                    to.name(),
                                    Partitions.of(write.fleet()),
                                    record.key(),
                                    record.value(),
                                    record.headers()));
            }
        }
    }

    private long now() {
        return shell.nanoClock().getAsLong();
    }

    private FoldRunner<S, N, E> runner() {
        return Objects.requireNonNull(runner, "init comes first");
    }

    private ProcessorContext<byte[], byte[]> context() {
        return Objects.requireNonNull(context, "init comes first");
    }
}
