package dev.baton.failover.topology;

import dev.baton.contract.FleetId;
import dev.baton.contract.StateAt;
import dev.baton.contract.wire.Log;
import dev.baton.failover.core.Views.View;
import dev.baton.failover.runner.Past;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The past of one partition of a log, decoded from what the topics keep. */
final class LogPast<N extends StateAt, E> implements Past<N, E>, AutoCloseable {
    private final Shell shell;
    private final Log<E> log;
    private final Class<N> kind;
    private final int partition;
    private @Nullable ViewEnds ends;

    LogPast(Shell shell, Log<E> log, Class<N> kind, int partition) {
        this.shell = shell;
        this.log = log;
        this.kind = kind;
        this.partition = partition;
    }

    @Override
    public Snapshots<N> snapshots(long offset) {
        return shell.history().snapshots(kind, partition, offset);
    }

    @Override
    public long begin() {
        return shell.history().begin(log.topic(), partition);
    }

    @Override
    public long end() {
        return shell.history().end(log.topic(), partition);
    }

    @Override
    public void read(long from, long to, Entries<E> entries) {
        shell.history()
                .read(
                        log.topic(),
                        partition,
                        from,
                        to,
                        (offset, at, key, value, headers) -> shell.decode(log, partition, offset, key, value, headers)
                                .ifPresent(entry -> entries.entry(offset, at, entry.fleet(), entry.value())));
    }

    @Override
    public Optional<FleetId> newest() {
        return shell.history().newest(log.topic(), partition);
    }

    @Override
    public Optional<List<View>> published(FleetId fleet) {
        if (ends == null) {
            ends = new ViewEnds(shell, partition);
        }
        return ends.of(fleet);
    }

    @Override
    public void close() {
        if (ends != null) {
            ends.close();
        }
    }
}
