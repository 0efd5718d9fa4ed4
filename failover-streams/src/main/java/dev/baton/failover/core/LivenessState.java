package dev.baton.failover.core;

import dev.baton.contract.FleetId;
import dev.baton.contract.Lineage;
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
 * @param lineage of the fleet's log; empty: nobody has said it yet
 * @param lastEntryAt append time of the last entry of any kind; {@link Instant#EPOCH} before the first
 * @param earlierLeases the longest timeout that was declared in this log, by which an earlier log may have
 *     granted leases; empty: it was said that they are over
 * @param namesakesUntil log time until which leases of another log may run, of machines that were heard in the wait and
 *     whose names others bear here
 * @param rules by which the log is folded
 */
public record LivenessState(
        FleetId fleet,
        Optional<Lineage> lineage,
        Settings settings,
        TickClock clock,
        Instant lastEntryAt,
        Optional<Duration> earlierLeases,
        Duration namesakesUntil,
        Rules rules,
        Table<NodeId, NodeLiveness> nodes) {

    public static LivenessState start(FleetId fleet) {
        return new LivenessState(
                fleet,
                Optional.empty(),
                Settings.DEFAULT,
                TickClock.START,
                Instant.EPOCH,
                Optional.of(Duration.ZERO),
                Duration.ZERO,
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
                snapshot.lineage(),
                snapshot.settings(),
                snapshot.clock(),
                snapshot.lastEntryAt(),
                snapshot.earlierLeases(),
                snapshot.namesakesUntil(),
                snapshot.rules(),
                nodes);
    }

    /** @param offset of the first entry that this state has not folded */
    public LivenessSnapshot snapshot(long offset) {
        return new LivenessSnapshot(
                fleet,
                offset,
                lineage,
                settings,
                clock,
                lastEntryAt,
                earlierLeases,
                namesakesUntil,
                rules,
                nodes.values());
    }

    /**
     * Of these nodes only, as far as they are known.
     *
     * @param offset of the first entry that this state has not folded
     */
    public LivenessSnapshot snapshot(long offset, Collection<NodeId> only) {
        List<NodeLiveness> known =
                only.stream().flatMap(node -> nodes.get(node).stream()).toList();
        return new LivenessSnapshot(
                fleet, offset, lineage, settings, clock, lastEntryAt, earlierLeases, namesakesUntil, rules, known);
    }

    LivenessState with(NodeLiveness node) {
        return new LivenessState(
                fleet,
                lineage,
                settings,
                clock,
                lastEntryAt,
                earlierLeases,
                namesakesUntil,
                rules,
                nodes.with(node.node(), node));
    }

    LivenessState with(Settings changed) {
        return new LivenessState(
                fleet, lineage, changed, clock, lastEntryAt, earlierLeases, namesakesUntil, rules, nodes);
    }

    LivenessState with(TickClock changed) {
        return new LivenessState(
                fleet, lineage, settings, changed, lastEntryAt, earlierLeases, namesakesUntil, rules, nodes);
    }

    public LivenessState with(Rules adopted) {
        return new LivenessState(
                fleet, lineage, settings, clock, lastEntryAt, earlierLeases, namesakesUntil, adopted, nodes);
    }

    LivenessState with(Lineage told) {
        return new LivenessState(
                fleet, Optional.of(told), settings, clock, lastEntryAt, earlierLeases, namesakesUntil, rules, nodes);
    }

    LivenessState at(Instant entryAt) {
        return new LivenessState(fleet, lineage, settings, clock, entryAt, earlierLeases, namesakesUntil, rules, nodes);
    }

    LivenessState withNamesakesUntil(Duration later) {
        return new LivenessState(fleet, lineage, settings, clock, lastEntryAt, earlierLeases, later, rules, nodes);
    }

    LivenessState withNodes(Table<NodeId, NodeLiveness> changed) {
        return new LivenessState(
                fleet, lineage, settings, clock, lastEntryAt, earlierLeases, namesakesUntil, rules, changed);
    }

    /** As if it had been said that the leases of a log before this one are over. */
    public LivenessState withoutEarlierLeases() {
        return new LivenessState(
                fleet, lineage, settings, clock, lastEntryAt, Optional.empty(), namesakesUntil, rules, nodes);
    }

    /** They may run for this long, if not for longer. */
    LivenessState withEarlierLeases(Duration timeout) {
        boolean longer = timeout.compareTo(earlierLeases.orElse(Duration.ZERO)) > 0;
        return longer
                ? new LivenessState(
                        fleet,
                        lineage,
                        settings,
                        clock,
                        lastEntryAt,
                        Optional.of(timeout),
                        namesakesUntil,
                        rules,
                        nodes)
                : this;
    }
}
