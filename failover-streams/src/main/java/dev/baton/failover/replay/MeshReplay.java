package dev.baton.failover.replay;

import dev.baton.contract.FleetId;
import dev.baton.contract.mesh.HealthEvent;
import dev.baton.contract.mesh.HealthSnapshot;
import dev.baton.contract.mesh.MeshDecided;
import dev.baton.contract.mesh.MeshDecision;
import dev.baton.contract.mesh.MeshEntry;
import dev.baton.contract.mesh.MeshEvent;
import dev.baton.contract.wire.Logs;
import dev.baton.contract.wire.WireCodec;
import dev.baton.failover.health.Health;
import dev.baton.failover.health.HealthState;
import dev.baton.failover.replay.Comparison.Name;
import dev.baton.failover.replay.Replay.Report;
import dev.baton.failover.routing.MeshState;
import dev.baton.failover.routing.Routing;
import java.util.List;
import java.util.Optional;

/** Folds a mesh's logs again and compares with what was recorded. */
public final class MeshReplay {
    private final WireCodec codec;

    public MeshReplay(WireCodec codec) {
        this.codec = codec;
    }

    /**
     * Folds {@code baton.mesh} and compares with {@code baton.mesh-decisions}.
     *
     * @param saidBefore all decisions that follow from entries before this offset were said: one that is not recorded
     *     is lost
     */
    public Report routing(
            FleetId mesh, List<LogEntry<MeshEntry>> log, List<LogEntry<MeshDecided>> recorded, long saidBefore) {
        var comparison = new Comparison(saidBefore);
        for (LogEntry<MeshDecided> entry : recorded) {
            MeshDecided decided = entry.value();
            comparison.record(new Name(decided.cause(), decided.index()), codec.encode(Logs.MESH_DECISIONS, decided));
        }
        if (comparison.torn().isPresent()) {
            return comparison.torn().get();
        }
        MeshState state = MeshState.start(mesh);
        for (LogEntry<MeshEntry> entry : log) {
            Routing.Outcome outcome = Routing.orPassedOver(state, entry.offset(), entry.value(), bug -> {});
            state = outcome.state();
            int index = 0;
            for (MeshDecision decision : outcome.decisions()) {
                var decided = new MeshDecided(mesh, entry.offset(), index, decision);
                comparison.add(new Name(entry.offset(), index++), codec.encode(Logs.MESH_DECISIONS, decided));
            }
        }
        return comparison.report(log.size());
    }

    /**
     * Folds {@code baton.health} and compares with the entries that {@code baton.mesh} has from it.
     *
     * @param from a state to begin with; empty: the log is whole
     */
    public Report health(
            FleetId mesh,
            Optional<HealthSnapshot> from,
            List<LogEntry<HealthEvent>> log,
            List<LogEntry<MeshEntry>> recorded) {
        long begin = from.map(HealthSnapshot::offset).orElse(0L);
        var comparison = new Comparison(0);
        for (LogEntry<MeshEntry> entry : recorded) {
            entry.value()
                    .origin()
                    .filter(origin -> origin.source() == MeshEntry.Source.HEALTH && origin.offset() >= begin)
                    .ifPresent(origin -> comparison.record(
                            new Name(origin.offset(), origin.index()), codec.encode(Logs.MESH, entry.value())));
        }
        if (comparison.torn().isPresent()) {
            return comparison.torn().get();
        }
        HealthState state = from.map(HealthState::of).orElseGet(() -> HealthState.start(mesh));
        long folded = 0;
        for (LogEntry<HealthEvent> entry : log) {
            if (entry.offset() >= begin) {
                Health.Outcome outcome = Health.orPassedOver(state, entry.value(), bug -> {});
                state = outcome.state();
                folded++;
                int index = 0;
                for (MeshEvent change : outcome.changes()) {
                    var origin = new MeshEntry.Origin(MeshEntry.Source.HEALTH, entry.offset(), index);
                    var sequenced = new MeshEntry(mesh, Optional.of(origin), change);
                    comparison.add(new Name(entry.offset(), index++), codec.encode(Logs.MESH, sequenced));
                }
            }
        }
        return comparison.report(folded);
    }
}
