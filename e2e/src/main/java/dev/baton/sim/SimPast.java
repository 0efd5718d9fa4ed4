package dev.baton.sim;

import dev.baton.contract.FleetId;
import dev.baton.contract.Snapshot;
import dev.baton.failover.core.Views.View;
import dev.baton.failover.runner.Past;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** What a coordinator that starts can read of one log's past. */
final class SimPast<N extends Snapshot, E> implements Past<N, E> {
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

    @Override
    public Snapshots<N> snapshots(long offset) {
        var latest = new TreeMap<FleetId, N>();
        SimLog<Snapshot> snapshots = world.logs().snapshots();
        for (long at = 0; at < snapshots.end(); at++) {
            Snapshot snapshot = snapshots.get(at).value();
            if (kind.isInstance(snapshot) && (snapshot.offset() <= offset || world.has(Mutant.SNAPSHOT_FROM_LATER))) {
                latest.merge(
                        snapshot.fleet(),
                        kind.cast(snapshot),
                        (before, next) -> next.offset() >= before.offset() ? next : before);
            }
        }
        return new Snapshots<>(List.copyOf(latest.values()), true);
    }

    @Override
    public long begin() {
        return 0;
    }

    @Override
    public void read(long from, long to, Entries<E> entries) {
        for (long offset = from; offset < to; offset++) {
            SimLog.Entry<E> entry = log.get(offset);
            entries.entry(offset, entry.at(), world.fleetId(), entry.value());
        }
    }

    @Override
    public Optional<FleetId> newest() {
        return log.end() == 0 || world.has(Mutant.QUIET_LOG_NOT_WOKEN)
                ? Optional.empty()
                : Optional.of(world.fleetId());
    }

    /** A coordinator that is cut off waits for Kafka's answer; here it does without, and looks again the next time. */
    @Override
    public List<View> published(FleetId fleet) {
        boolean reads = link.canReceive() && !world.has(Mutant.STRAYS_LEFT);
        return reads ? new ArrayList<>(world.logs().published().values()) : List.of();
    }
}
