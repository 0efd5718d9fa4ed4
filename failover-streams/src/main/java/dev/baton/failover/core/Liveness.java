package dev.baton.failover.core;

import dev.baton.contract.DatapathAcknowledged;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.EarlierLeasesOver;
import dev.baton.contract.FleetEvent;
import dev.baton.contract.Heartbeat;
import dev.baton.contract.Incarnation;
import dev.baton.contract.LivenessEvent;
import dev.baton.contract.NodeId;
import dev.baton.contract.NodeLeaving;
import dev.baton.contract.NodeLiveness;
import dev.baton.contract.PhaseReason;
import dev.baton.contract.Rules;
import dev.baton.contract.RulesAdopted;
import dev.baton.contract.Settings;
import dev.baton.contract.SettingsDeclared;
import dev.baton.contract.Tick;
import dev.baton.contract.Timings;
import dev.baton.contract.TunnelPhase;
import dev.baton.contract.TunnelPhaseChanged;
import dev.baton.contract.UnreadableRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The liveness fold: from heartbeats and ticks of one log to phase changes.
 *
 * <p>A node is timed out by the first tick that completes {@code ceil(timeout / period) + 1} counted ticks without a
 * heartbeat: the first of them may have been appended right after the heartbeat, the others are a period apart, so the
 * timeout has really passed. A lagging reader reads old heartbeats before new ticks and cannot mistake its lateness for
 * their death.
 */
public final class Liveness {
    private Liveness() {}

    /**
     * @param events for the fleet log, in order
     * @param ignored why the observation changed nothing, if so
     */
    public record Outcome(LivenessState state, List<FleetEvent> events, Optional<Ignored> ignored) {
        static Outcome of(LivenessState state) {
            return new Outcome(state, List.of(), Optional.empty());
        }

        static Outcome of(LivenessState state, FleetEvent event) {
            return new Outcome(state, List.of(event), Optional.empty());
        }

        static Outcome ignored(LivenessState state, Ignored why) {
            return new Outcome(state, List.of(), Optional.of(why));
        }
    }

    /**
     * Folds one entry.
     *
     * @param offset of the entry in {@code baton.heartbeats}
     * @param at the entry's append time
     */
    public static Outcome step(LivenessState before, long offset, Instant at, LivenessEvent event) {
        LivenessState state = arrived(before, at);
        return switch (event) {
            // An agent may hear of new rules before this fold does. What these rules have no record for is not taken.
            case Heartbeat said -> {
                Heartbeat heartbeat = said.under(state.rules());
                yield heedingNamesake(heard(state, offset, heartbeat), heartbeat);
            }
            case Tick tick -> ticked(state, tick);
            case DatapathAcknowledged ack -> passed(state, ack.under(state.rules()), ack.node(), ack.incarnation());
            case UnreadableRecord unread -> seen(state, offset, unread);
            case NodeLeaving leaving -> passed(state, leaving, leaving.node(), leaving.incarnation());
            case SettingsDeclared declared -> Outcome.of(settled(state, declared.settings()));
            // Said again from time to time, and by a coordinator that was stopped for a while.
            case RulesAdopted adopted -> Outcome.of(adopted(state, adopted));
        };
    }

    /** A fold of the heartbeats' log: {@link #step}, or that of another release. */
    @FunctionalInterface
    public interface Fold {
        Outcome step(LivenessState before, long offset, Instant at, LivenessEvent event);
    }

    /**
     * Folds one entry, or passes it over if the fold throws at it. Whoever folds a whole log does it so.
     *
     * @param bug hears of what was thrown
     */
    public static Outcome orPassedOver(
            Fold fold,
            LivenessState before,
            long offset,
            Instant at,
            LivenessEvent event,
            Consumer<RuntimeException> bug) {
        try {
            return fold.step(before, offset, at, event);
        } catch (RuntimeException thrown) {
            bug.accept(thrown);
            return notFolded(before, offset, at, event);
        }
    }

    /**
     * What becomes of an entry on which {@link #step} throws. Kafka acknowledged it: as a heartbeat that nobody can
     * read, it counts as life of its node.
     */
    public static Outcome notFolded(LivenessState before, long offset, Instant at, LivenessEvent event) {
        LivenessState state = event instanceof Heartbeat heartbeat
                ? step(
                                before,
                                offset,
                                at,
                                new UnreadableRecord(heartbeat.node(), Optional.of(heartbeat.evictionTimeout())))
                        .state()
                : arrived(before, at);
        return Outcome.ignored(state, Ignored.NOT_FOLDED);
    }

    private static LivenessState arrived(LivenessState before, Instant at) {
        return logWasAway(before, at) ? freshGrace(before).at(at) : before.at(at);
    }

    /**
     * Whether nothing was appended for longer than three monitor periods, and for longer than any live node is silent
     * between heartbeats. Then the log was away, and the first entry after it may be a tick. Entries of any kind
     * count, so that silence counted so far is not lost if only the coordinator was away.
     */
    private static boolean logWasAway(LivenessState state, Instant at) {
        if (state.lastEntryAt().equals(Instant.EPOCH)) {
            return false;
        }
        Timings timings = state.settings().timings();
        Duration three = timings.tunnelMonitorPeriod().multipliedBy(3);
        Duration both = timings.tunnelMonitorPeriod().plus(timings.tunnelUpdatePeriod());
        Duration longest = three.compareTo(both) > 0 ? three : both;
        return Duration.between(state.lastEntryAt(), at).compareTo(longest) > 0;
    }

    private static LivenessState freshGrace(LivenessState state) {
        Table<NodeId, NodeLiveness> nodes = state.nodes();
        for (NodeLiveness node : nodes.values()) {
            if (node.silentSince().isPresent() && node.phase() != TunnelPhase.HEARTBEAT_TIMEOUT) {
                nodes = nodes.with(node.node(), node.withSilentSince(Optional.empty()));
            }
        }
        return state.withNodes(nodes);
    }

    private static Outcome heard(LivenessState state, long offset, Heartbeat heartbeat) {
        NodeLiveness known = state.nodes().get(heartbeat.node()).orElse(null);
        if (!Plausible.is(heartbeat, Optional.ofNullable(known))) {
            return Outcome.ignored(state, Ignored.IMPLAUSIBLE);
        }
        TunnelPhase phase = phaseOf(heartbeat);
        if (known == null) {
            return changed(state, offset, heartbeat, phase, PhaseReason.NEW_INCARNATION);
        }
        if (known.incarnation().supersedes(heartbeat.incarnation())) {
            return Outcome.ignored(state, Ignored.OLDER_INCARNATION);
        }
        if (state.rules().include(Rules.NAME_KEPT) && isNameTaken(known, heartbeat)) {
            return Outcome.ignored(state, Ignored.NAME_TAKEN);
        }
        if (heartbeat.incarnation().supersedes(known.incarnation())) {
            return changed(state, offset, heartbeat, phase, PhaseReason.NEW_INCARNATION);
        }
        if (known.phase() == TunnelPhase.HEARTBEAT_TIMEOUT) {
            // Its lease ended before the tick that timed it out; heartbeats that still arrive were sent before that.
            return Outcome.ignored(state, Ignored.LAPSED_INCARNATION);
        }
        if (heartbeat.sequence() <= known.sequence()) {
            return Outcome.ignored(state, Ignored.OLDER_SEQUENCE);
        }
        boolean same = known.phase() == phase
                && known.fault() == heartbeat.fault()
                && known.parent().equals(heartbeat.parent());
        return same
                ? Outcome.of(state.with(heardNode(offset, heartbeat, phase)))
                : changed(state, offset, heartbeat, phase, reasonOf(heartbeat));
    }

    /**
     * Kafka acknowledges what such a machine says, so it may go on by a lease that another log granted. Where another
     * one bears its name in this log, nothing else tells of it.
     */
    private static Outcome heedingNamesake(Outcome outcome, Heartbeat heartbeat) {
        LivenessState state = outcome.state();
        boolean obeysAnother =
                heartbeat.lineage().isPresent() && !heartbeat.lineage().equals(state.lineage());
        if (outcome.ignored().isEmpty() || state.earlierLeases().isEmpty() || !obeysAnother) {
            return outcome;
        }
        Duration lease = Beginnings.wait(heartbeat.evictionTimeout(), state.settings());
        Duration until = later(state.namesakesUntil(), state.clock().elapsed().plus(lease));
        return new Outcome(state.withNamesakesUntil(until), outcome.events(), outcome.ignored());
    }

    /**
     * Whether another machine may have said it while the known one lives and may hold EIPs: an agent takes its former
     * lease away in its own kernel only. Machines are told apart by their addresses; a known one without any holds
     * nothing, and its name is free.
     */
    private static boolean isNameTaken(NodeLiveness known, Heartbeat heartbeat) {
        return known.phase() != TunnelPhase.HEARTBEAT_TIMEOUT
                && known.parent()
                        .filter(there -> !there.addresses().isEmpty())
                        .filter(there -> heartbeat.parent().filter(there::meets).isEmpty())
                        .isPresent();
    }

    /**
     * Kafka acknowledged it, so the node's lease may go on because of it: not to count it would give the node's EIPs to
     * another while it holds them. It may be an old one, so it only lengthens the patience with the node.
     */
    private static Outcome seen(LivenessState state, long offset, UnreadableRecord record) {
        NodeLiveness known = state.nodes().get(record.node()).orElse(null);
        if (known == null) {
            return state.earlierLeases().isEmpty()
                    ? Outcome.ignored(state, Ignored.UNKNOWN_NODE)
                    : Outcome.of(state.with(unread(state, offset, record)));
        }
        if (known.phase() == TunnelPhase.HEARTBEAT_TIMEOUT) {
            return Outcome.ignored(state, Ignored.LAPSED_INCARNATION);
        }
        Duration lease = record.lease()
                .filter(told -> told.compareTo(known.evictionTimeout()) > 0)
                .orElse(known.evictionTimeout());
        return Outcome.of(state.with(known.heardAt(offset, lease)));
    }

    /** It may hold by what another log granted, and nobody can read what it obeys: it is waited for. */
    private static NodeLiveness unread(LivenessState state, long offset, UnreadableRecord record) {
        return new NodeLiveness(
                record.node(),
                Incarnation.NONE,
                -1,
                TunnelPhase.INIT,
                DatapathFault.NONE,
                record.lease().orElse(state.settings().timings().eipEvictionTimeout()),
                Optional.empty(),
                offset,
                -1,
                Optional.empty());
    }

    private static boolean isUnread(NodeLiveness node) {
        return node.incarnation().equals(Incarnation.NONE);
    }

    private static Outcome changed(
            LivenessState state, long offset, Heartbeat heartbeat, TunnelPhase phase, PhaseReason reason) {
        return Outcome.of(
                state.with(heardNode(offset, heartbeat, phase)),
                new TunnelPhaseChanged(
                        heartbeat.node(),
                        heartbeat.incarnation(),
                        phase,
                        reason,
                        heartbeat.fault(),
                        heartbeat.foldedOffset(),
                        heartbeat.parent(),
                        heartbeat.lineage(),
                        heartbeat.reads(),
                        offset,
                        Duration.ZERO));
    }

    private static NodeLiveness heardNode(long offset, Heartbeat heartbeat, TunnelPhase phase) {
        return new NodeLiveness(
                heartbeat.node(),
                heartbeat.incarnation(),
                heartbeat.sequence(),
                phase,
                heartbeat.fault(),
                heartbeat.evictionTimeout(),
                Optional.empty(),
                offset,
                heartbeat.foldedOffset(),
                heartbeat.parent());
    }

    private static TunnelPhase phaseOf(Heartbeat heartbeat) {
        return switch (heartbeat.datapath()) {
            case STARTING -> TunnelPhase.INIT;
            case READY -> TunnelPhase.READY;
            case BROKEN -> TunnelPhase.FAILED;
        };
    }

    private static PhaseReason reasonOf(Heartbeat heartbeat) {
        return switch (heartbeat.datapath()) {
            case STARTING -> PhaseReason.DATAPATH_STARTING;
            case READY -> PhaseReason.DATAPATH_READY;
            case BROKEN -> PhaseReason.DATAPATH_BROKEN;
        };
    }

    private static Outcome ticked(LivenessState before, Tick tick) {
        if (!LogClock.accepts(before.clock(), tick)) {
            return Outcome.ignored(before, Ignored.REPLACED_TICKER);
        }
        LivenessState state = before.with(LogClock.after(before.clock(), tick));
        Duration now = state.clock().elapsed();
        if (now.equals(before.clock().elapsed())) {
            return Outcome.of(state);
        }
        var events = new ArrayList<FleetEvent>();
        Table<NodeId, NodeLiveness> nodes = state.nodes();
        for (Table.Entry<NodeId, NodeLiveness> entry : state.nodes()) {
            NodeLiveness node = entry.value();
            if (node.phase() == TunnelPhase.HEARTBEAT_TIMEOUT) {
                continue;
            }
            if (node.silentSince().isEmpty()) {
                nodes = nodes.with(entry.key(), node.withSilentSince(Optional.of(now)));
                continue;
            }
            Duration silence = now.minus(node.silentSince().get());
            if (silence.compareTo(patienceWith(node, state)) >= 0) {
                nodes = nodes.with(entry.key(), node.withPhase(TunnelPhase.HEARTBEAT_TIMEOUT));
                if (!isUnread(node)) {
                    events.add(timeout(node, silence));
                }
            }
        }
        LivenessState after = state.withNodes(nodes);
        if (areEarlierLeasesOver(after)) {
            events.add(new EarlierLeasesOver(now));
            after = after.withoutEarlierLeases();
        }
        return new Outcome(after, List.copyOf(events), Optional.empty());
    }

    private static LivenessState adopted(LivenessState state, RulesAdopted adopted) {
        LivenessState told = adopted.lineage().map(state::with).orElse(state);
        return adopted.rules().isAfter(told.rules()) ? told.with(adopted.rules()) : told;
    }

    /** By a longer timeout, earlier leases may run for longer than was said; by a shorter one, no shorter. */
    private static LivenessState settled(LivenessState state, Settings settings) {
        Duration before = state.settings().timings().eipEvictionTimeout();
        Duration now = settings.timings().eipEvictionTimeout();
        LivenessState settled = state.with(settings);
        return state.earlierLeases().isPresent() || now.compareTo(before) > 0
                ? settled.withEarlierLeases(now)
                : settled;
    }

    /**
     * Whether a node that was not heard since this log's first tick has no lease any more. The first counted period is
     * the one that a silent node's count begins with, too.
     */
    private static boolean areEarlierLeasesOver(LivenessState state) {
        if (state.earlierLeases().isEmpty()) {
            return false; // that was said
        }
        boolean unread = state.nodes().values().stream()
                .anyMatch(node -> isUnread(node) && node.phase() != TunnelPhase.HEARTBEAT_TIMEOUT);
        Settings settings = state.settings();
        Duration longest = state.earlierLeases()
                .filter(known -> !known.isZero())
                .orElse(settings.timings().eipEvictionTimeout());
        Duration namesakes = state.rules().include(Rules.NAMESAKES) ? state.namesakesUntil() : Duration.ZERO;
        Duration enough = later(Beginnings.wait(longest, settings), namesakes);
        return !unread && state.clock().elapsed().compareTo(enough) >= 0;
    }

    private static Duration later(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    /**
     * The longer one of the timeout in the settings and the timeout that the node's lease counts on, so that either
     * may change at any time. While leases of an earlier log may run, none that was declared in this one is too long: a
     * heartbeat that was on its way when the log was made anew may state less than the lease that its node has.
     */
    private static Duration patienceWith(NodeLiveness node, LivenessState state) {
        Duration settled = state.settings().timings().eipEvictionTimeout();
        return Stream.of(settled, node.evictionTimeout(), state.earlierLeases().orElse(Duration.ZERO))
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    private static TunnelPhaseChanged timeout(NodeLiveness node, Duration silence) {
        return new TunnelPhaseChanged(
                node.node(),
                node.incarnation(),
                TunnelPhase.HEARTBEAT_TIMEOUT,
                PhaseReason.SILENT,
                node.fault(),
                node.foldedOffset(),
                node.parent(),
                Optional.empty(),
                Rules.FIRST,
                node.lastHeartbeatOffset(),
                silence);
    }

    private static Outcome passed(LivenessState state, FleetEvent event, NodeId node, Incarnation incarnation) {
        NodeLiveness known = state.nodes().get(node).orElse(null);
        if (known == null) {
            return Outcome.ignored(state, Ignored.UNKNOWN_NODE);
        }
        if (!known.incarnation().equals(incarnation)) {
            return Outcome.ignored(state, Ignored.OLDER_INCARNATION);
        }
        return known.phase() == TunnelPhase.HEARTBEAT_TIMEOUT
                ? Outcome.ignored(state, Ignored.LAPSED_INCARNATION)
                : Outcome.of(state, event);
    }
}
