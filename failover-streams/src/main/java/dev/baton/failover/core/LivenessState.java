package dev.baton.failover.core;

import dev.baton.contract.FleetId;
import dev.baton.contract.LivenessSnapshot;
import dev.baton.contract.NodeId;
import dev.baton.contract.NodeLiveness;
import dev.baton.contract.Settings;
import dev.baton.contract.TickClock;
import java.time.Instant;

/**
 * State of the liveness fold.
 *
 * @param lastEntryAt append time of the last entry of any kind; {@link Instant#EPOCH} before the first
 */
public record LivenessState(
        FleetId fleet, Settings settings, TickClock clock, Instant lastEntryAt, Table<NodeId, NodeLiveness> nodes) {

    public static LivenessState start(FleetId fleet) {
        return new LivenessState(fleet, Settings.DEFAULT, TickClock.START, Instant.EPOCH, Table.empty());
    }

    public static LivenessState of(LivenessSnapshot snapshot) {
        Table<NodeId, NodeLiveness> nodes = Table.empty();
        for (NodeLiveness node : snapshot.nodes()) {
            nodes = nodes.with(node.node(), node);
        }
        return new LivenessState(
                snapshot.fleet(), snapshot.settings(), snapshot.clock(), snapshot.lastEntryAt(), nodes);
    }

    /** @param offset of the first entry that this state has not folded */
    public LivenessSnapshot snapshot(long offset) {
        return new LivenessSnapshot(fleet, offset, settings, clock, lastEntryAt, nodes.values());
    }

    LivenessState with(NodeLiveness node) {
        return new LivenessState(fleet, settings, clock, lastEntryAt, nodes.with(node.node(), node));
    }

    LivenessState with(Settings changed) {
        return new LivenessState(fleet, changed, clock, lastEntryAt, nodes);
    }

    LivenessState with(TickClock changed) {
        return new LivenessState(fleet, settings, changed, lastEntryAt, nodes);
    }

    LivenessState at(Instant entryAt) {
        return new LivenessState(fleet, settings, clock, entryAt, nodes);
    }

    LivenessState withNodes(Table<NodeId, NodeLiveness> changed) {
        return new LivenessState(fleet, settings, clock, lastEntryAt, changed);
    }
}
