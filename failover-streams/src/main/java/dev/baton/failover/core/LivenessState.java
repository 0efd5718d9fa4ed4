package dev.baton.failover.core;

import dev.baton.contract.FleetId;
import dev.baton.contract.LivenessSnapshot;
import dev.baton.contract.NodeId;
import dev.baton.contract.NodeLiveness;
import dev.baton.contract.Rules;
import dev.baton.contract.Settings;
import dev.baton.contract.TickClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * State of the liveness fold.
 *
 * @param lastEntryAt append time of the last entry of any kind; {@link Instant#EPOCH} before the first
 * @param earlierLeases the longest timeout that was declared in this log, by which an earlier log may have
 *     granted leases; empty: it was said that they are over
 * @param rules by which the log is folded
 */
public record LivenessState(
        FleetId fleet,
        Settings settings,
        TickClock clock,
        Instant lastEntryAt,
        Optional<Duration> earlierLeases,
        Rules rules,
        Table<NodeId, NodeLiveness> nodes) {

    public static LivenessState start(FleetId fleet) {
        return new LivenessState(
                fleet,
                Settings.DEFAULT,
                TickClock.START,
                Instant.EPOCH,
                Optional.of(Duration.ZERO),
                Rules.FIRST,
                Table.empty());
    }

    public static LivenessState of(LivenessSnapshot snapshot) {
        Table<NodeId, NodeLiveness> nodes = Table.empty();
        for (NodeLiveness node : snapshot.nodes()) {
            nodes = nodes.with(node.node(), node);
        }
        return new LivenessState(
                snapshot.fleet(),
                snapshot.settings(),
                snapshot.clock(),
                snapshot.lastEntryAt(),
                snapshot.earlierLeases(),
                snapshot.rules(),
                nodes);
    }

    /** @param offset of the first entry that this state has not folded */
    public LivenessSnapshot snapshot(long offset) {
        return new LivenessSnapshot(fleet, offset, settings, clock, lastEntryAt, earlierLeases, rules, nodes.values());
    }

    /**
     * Of these nodes only, as far as they are known.
     *
     * @param offset of the first entry that this state has not folded
     */
    public LivenessSnapshot snapshot(long offset, Collection<NodeId> only) {
        List<NodeLiveness> known =
                only.stream().flatMap(node -> nodes.get(node).stream()).toList();
        return new LivenessSnapshot(fleet, offset, settings, clock, lastEntryAt, earlierLeases, rules, known);
    }

    LivenessState with(NodeLiveness node) {
        return new LivenessState(
                fleet, settings, clock, lastEntryAt, earlierLeases, rules, nodes.with(node.node(), node));
    }

    LivenessState with(Settings changed) {
        return new LivenessState(fleet, changed, clock, lastEntryAt, earlierLeases, rules, nodes);
    }

    LivenessState with(TickClock changed) {
        return new LivenessState(fleet, settings, changed, lastEntryAt, earlierLeases, rules, nodes);
    }

    public LivenessState with(Rules adopted) {
        return new LivenessState(fleet, settings, clock, lastEntryAt, earlierLeases, adopted, nodes);
    }

    LivenessState at(Instant entryAt) {
        return new LivenessState(fleet, settings, clock, entryAt, earlierLeases, rules, nodes);
    }

    LivenessState withNodes(Table<NodeId, NodeLiveness> changed) {
        return new LivenessState(fleet, settings, clock, lastEntryAt, earlierLeases, rules, changed);
    }

    /** As if it had been said that the leases of a log before this one are over. */
    public LivenessState withoutEarlierLeases() {
        return new LivenessState(fleet, settings, clock, lastEntryAt, Optional.empty(), rules, nodes);
    }

    /** They may run for this long, if not for longer. */
    LivenessState withEarlierLeases(Duration timeout) {
        boolean longer = timeout.compareTo(earlierLeases.orElse(Duration.ZERO)) > 0;
        return longer
                ? new LivenessState(fleet, settings, clock, lastEntryAt, Optional.of(timeout), rules, nodes)
                : this;
    }
}
