package dev.baton.failover.runner;

import dev.baton.contract.FleetId;
import dev.baton.contract.Snapshot;
import dev.baton.failover.core.Views.View;
import java.util.List;
import java.util.Optional;

/** The log begins now, and nothing is shown. */
class NoPast<N extends Snapshot, E> implements Past<N, E> {
    @Override
    public Snapshots<N> snapshots(long offset) {
        return Snapshots.none();
    }

    @Override
    public long begin() {
        return 0;
    }

    @Override
    public long end() {
        return 0;
    }

    @Override
    public void read(long from, long to, Entries<E> entries) {}

    @Override
    public Optional<FleetId> newest() {
        return Optional.empty();
    }

    @Override
    public Optional<List<View>> published(FleetId fleet) {
        return Optional.empty();
    }
}
