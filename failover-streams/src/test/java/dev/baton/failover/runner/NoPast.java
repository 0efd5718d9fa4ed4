package dev.baton.failover.runner;

import dev.baton.contract.FleetId;
import dev.baton.contract.FleetSnapshot;
import dev.baton.contract.Sequenced;
import dev.baton.failover.core.Views.View;
import java.util.List;
import java.util.Optional;

/** The log begins now, and nothing is shown. */
class NoPast implements Past<FleetSnapshot, Sequenced> {
    @Override
    public Snapshots<FleetSnapshot> snapshots(long offset) {
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
    public void read(long from, long to, Entries<Sequenced> entries) {}

    @Override
    public Optional<FleetId> newest() {
        return Optional.empty();
    }

    @Override
    public Optional<List<View>> published(FleetId fleet) {
        return Optional.empty();
    }
}
