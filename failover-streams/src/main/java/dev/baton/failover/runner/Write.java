package dev.baton.failover.runner;

import dev.baton.contract.Decided;
import dev.baton.contract.Excerpt;
import dev.baton.contract.FleetId;
import dev.baton.contract.Lineage;
import dev.baton.contract.LivenessEvent;
import dev.baton.contract.Sequenced;
import dev.baton.contract.Snapshot;
import dev.baton.contract.Topic;
import dev.baton.failover.core.Views.View;
import java.util.Optional;

/** A record that a coordinator is to append. Those of one step are appended in their order. */
public sealed interface Write
        permits Write.ToHeartbeats,
                Write.ToFleet,
                Write.KeepExcerpt,
                Write.ToDecisions,
                Write.Show,
                Write.TakeSnapshot,
                MeshWrite {
    FleetId fleet();

    /** To {@code baton.heartbeats}: a tick, or settings for the liveness fold. */
    record ToHeartbeats(FleetId fleet, LivenessEvent event) implements Write {}

    /** To {@code baton.fleet}. */
    record ToFleet(Sequenced entry) implements Write {
        @Override
        public FleetId fleet() {
            return entry.fleet();
        }
    }

    /** To {@code baton.excerpts}. */
    record KeepExcerpt(Excerpt excerpt) implements Write {
        @Override
        public FleetId fleet() {
            return excerpt.fleet();
        }
    }

    /** To {@code baton.decisions}. */
    record ToDecisions(Decided decided) implements Write {
        @Override
        public FleetId fleet() {
            return decided.fleet();
        }
    }

    /**
     * To the log of the view's kind.
     *
     * @param lineage of the fleet log that it follows from, if that has one
     */
    record Show(FleetId fleet, Optional<Lineage> lineage, View view) implements Write {}

    /**
     * To a log of snapshots.
     *
     * @param fleets how many fleets of the partition are in the same round of snapshots
     * @param log which one
     */
    record TakeSnapshot(Snapshot snapshot, int fleets, Topic log) implements Write {
        @Override
        public FleetId fleet() {
            return snapshot.fleet();
        }
    }
}
