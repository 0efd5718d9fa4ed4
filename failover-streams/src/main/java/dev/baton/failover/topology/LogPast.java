package dev.baton.failover.topology;

import dev.baton.contract.FleetId;
import dev.baton.contract.Snapshot;
import dev.baton.contract.Topic;
import dev.baton.contract.Tunnel;
import dev.baton.contract.wire.Log;
import dev.baton.contract.wire.Logs;
import dev.baton.failover.core.Views.View;
import dev.baton.failover.runner.Past;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;

/** The past of one partition of a log, decoded from what the topics keep. */
final class LogPast<N extends Snapshot, E> implements Past<N, E> {
    private static final List<Topic> VIEWS =
            List.of(Logs.TUNNELS.topic(), Logs.ASSIGNMENTS.topic(), Logs.POLICIES.topic());

    private final Shell shell;
    private final Log<E> log;
    private final Class<N> kind;
    private final int partition;

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
    public void read(long from, long to, Entries<E> entries) {
        shell.history()
                .read(
                        log.topic(),
                        partition,
                        from,
                        to,
                        (offset, at, key, value) -> shell.decode(log, offset, key, value)
                                .ifPresent(entry -> entries.entry(offset, at, entry.fleet(), entry.value())));
    }

    @Override
    public Optional<FleetId> newest() {
        return shell.history().newest(log.topic(), partition);
    }

    @Override
    public List<View> published(FleetId fleet) {
        var views = new ArrayList<View>();
        shell.history().compacted(VIEWS, partition, (topic, values) -> {
            if (topic.equals(Logs.TUNNELS.topic())) {
                of(Logs.TUNNELS, fleet, values, entry -> {
                    if (entry instanceof Tunnel tunnel) {
                        views.add(new View.OfTunnel(tunnel.node(), Optional.of(tunnel)));
                    }
                });
            } else if (topic.equals(Logs.ASSIGNMENTS.topic())) {
                of(
                        Logs.ASSIGNMENTS,
                        fleet,
                        values,
                        entry -> views.add(new View.OfAssignment(entry.eip(), Optional.of(entry))));
            } else {
                of(
                        Logs.POLICIES,
                        fleet,
                        values,
                        entry -> views.add(new View.OfPolicy(entry.policy(), Optional.of(entry))));
            }
        });
        return views;
    }

    private <T> void of(Log<T> view, FleetId fleet, SortedMap<String, byte[]> values, Consumer<T> sink) {
        values.forEach((key, value) -> shell.decode(view, -1, key.getBytes(StandardCharsets.UTF_8), value)
                .filter(entry -> entry.fleet().equals(fleet))
                .ifPresent(entry -> sink.accept(entry.value())));
    }
}
