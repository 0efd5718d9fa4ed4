package dev.baton.sim.world;

import dev.baton.contract.FleetId;
import dev.baton.contract.FleetSnapshot;
import dev.baton.contract.Snapshot;
import dev.baton.failover.core.Views.View;
import dev.baton.failover.runner.Past;
import dev.baton.sim.menu.Mutant;
import dev.baton.sim.model.Link;
import dev.baton.sim.model.SimLog;
import java.util.List;
import java.util.Optional;

/** What a coordinator that starts can read of one log's past. */
public final class SimPast<N extends Snapshot, E> implements Past<N, E> {
    private final World world;
    private final Link link;
    private final SimLog<E> log;
    private final Class<N> kind;

    SimPast(World world, Link link, SimLog<E> log, Class<N> kind) {
        this.world = world;
        this.link = link;
        this.log = log;
        this.kind = kind;
    }

    /** Of the fleet log only: a start does without old heartbeats. */
    private Optional<Long> hidden() {
        return kind.equals(FleetSnapshot.class) ? world.hiddenHistory() : Optional.empty();
    }

    @Override
    public Snapshots<N> snapshots(long offset) {
        if (hidden().isPresent()) {
            return Snapshots.none();
        }
        return world.logs().snapshots(kind, world.has(Mutant.SNAPSHOT_FROM_LATER) ? Long.MAX_VALUE : offset);
    }

    @Override
    public long begin() {
        return Math.max(hidden().orElse(0L), log.begin());
    }

    @Override
    public long end() {
        return log.end();
    }

    @Override
    public void read(long from, long to, Entries<E> entries) {
        for (long offset = Math.max(from, log.begin()); offset < to; offset++) {
            SimLog.Entry<E> entry = log.get(offset);
            entry.record().ifPresent(value -> entries.entry(entry.offset(), entry.at(), entry.fleet(), value));
        }
    }

    @Override
    public Optional<FleetId> newest() {
        return log.end() == 0 || world.has(Mutant.QUIET_LOG_NOT_WOKEN)
                ? Optional.empty()
                : Optional.of(log.get(log.end() - 1).fleet());
    }

    @Override
    public Optional<List<View>> published(FleetId fleet) {
        boolean reads = world.logs().views().stream().allMatch(link::reaches) && !world.has(Mutant.STRAYS_LEFT);
        return reads
                ? Optional.of(world.logs().published(fleet).values().stream()
                        .filter(view -> !view.isRemoval())
                        .toList())
                : Optional.empty();
    }
}
