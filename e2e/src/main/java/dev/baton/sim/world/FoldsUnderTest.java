package dev.baton.sim.world;

import dev.baton.contract.AckOutcome;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.Beginning;
import dev.baton.contract.DatapathAcknowledged;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.Decision;
import dev.baton.contract.Eip;
import dev.baton.contract.FleetSealed;
import dev.baton.contract.FleetSnapshot;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.FleetSnapshot.FleetPolicy;
import dev.baton.contract.Heartbeat;
import dev.baton.contract.LivenessEvent;
import dev.baton.contract.LivenessSnapshot;
import dev.baton.contract.NodeLiveness;
import dev.baton.contract.PolicyRemoved;
import dev.baton.contract.Rules;
import dev.baton.contract.Sequenced;
import dev.baton.contract.Settings;
import dev.baton.contract.SettingsDeclared;
import dev.baton.contract.Tick;
import dev.baton.contract.TickClock;
import dev.baton.contract.Timings;
import dev.baton.contract.TunnelPhase;
import dev.baton.contract.UnreadableRecord;
import dev.baton.failover.core.Coordination;
import dev.baton.failover.core.FleetState;
import dev.baton.failover.core.Liveness;
import dev.baton.failover.core.LivenessState;
import dev.baton.failover.core.Outcome;
import dev.baton.sim.menu.Fault;
import dev.baton.sim.menu.Mutant;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The two folds as one process runs them: the real ones, unless a mutant bends what goes in or comes out.
 *
 * @param salt differs between processes, like identity hashes do
 * @param throwing whether they throw at some entries
 * @param newest rules that they know: {@link OtherRules} too, or the first only
 */
public record FoldsUnderTest(Optional<Mutant> mutant, boolean throwing, int salt, Rules newest) {
    private static final long SOUND_ENTRIES = 60;

    public FoldsUnderTest(World world, int salt, Rules newest) {
        this(world.mutant(), world.has(Fault.FOLD_THROWS), salt, newest);
    }

    /** The same entries for whoever folds the log. */
    private boolean isToThrow(long offset) {
        return throwing && Math.floorMod((offset + 1) * 0x9E3779B97F4A7C15L >>> 20, SOUND_ENTRIES) == 0;
    }

    boolean has(Mutant one) {
        return mutant.equals(Optional.of(one));
    }

    LivenessState startOfLiveness(LivenessState start) {
        return has(Mutant.TIMEOUT_ONE_TICK_EARLY)
                ? LivenessState.of(withSettings(start.snapshot(0), shortened(start.settings())))
                : start;
    }

    public Liveness.Outcome liveness(LivenessState state, long offset, Instant at, LivenessEvent event) {
        if (isToThrow(offset) && !(event instanceof UnreadableRecord)) {
            return Liveness.notFolded(state, offset, at, event);
        }
        if (event instanceof UnreadableRecord && has(Mutant.UNREADABLE_NOT_COUNTED)) {
            return new Liveness.Outcome(state, List.of(), Optional.empty());
        }
        if (event instanceof Heartbeat && has(Mutant.NAMESAKE_ACCEPTED)) {
            return byRules(Rules.FIRST, state, offset, at, event);
        }
        if (event instanceof Heartbeat && has(Mutant.HEARD_BEYOND_RULES)) {
            return byRules(Rules.NEWEST, state, offset, at, event);
        }
        LivenessEvent seen = switch (event) {
            case Heartbeat heartbeat when has(Mutant.TIMEOUT_ONE_TICK_EARLY) -> shortened(state, heartbeat);
            case Tick tick
            when has(Mutant.TIMEOUT_TOO_LATE) ->
                new Tick(
                        tick.ticker(),
                        tick.generation(),
                        tick.sequence(),
                        tick.period().dividedBy(2));
            case SettingsDeclared declared
            when has(Mutant.TIMEOUT_ONE_TICK_EARLY) -> new SettingsDeclared(shortened(declared.settings()));
            case Tick tick when has(Mutant.REPLACED_TICKER_COUNTED) -> counted(state.clock(), tick);
            default -> event;
        };
        return Liveness.step(
                has(Mutant.TIMED_OUT_COUNTED) || isToGrace(state, at) ? revived(state, event) : state,
                offset,
                at,
                seen);
    }

    private boolean isToGrace(LivenessState state, Instant at) {
        Duration longest = state.settings().timings().tunnelMonitorPeriod().multipliedBy(3);
        return has(Mutant.GRACE_FOR_TIMED_OUT)
                && !state.lastEntryAt().equals(Instant.EPOCH)
                && Duration.between(state.lastEntryAt(), at).compareTo(longest) > 0;
    }

    /** As if the nodes that the entry is about had never been timed out. */
    private LivenessState revived(LivenessState state, LivenessEvent event) {
        LivenessSnapshot whole = state.snapshot(0);
        boolean all = !has(Mutant.TIMED_OUT_COUNTED);
        List<NodeLiveness> nodes = whole.nodes().stream()
                .map(node -> node.phase() == TunnelPhase.HEARTBEAT_TIMEOUT && (all || isOf(node, event))
                        ? node.withPhase(TunnelPhase.INIT)
                        : node)
                .toList();
        return LivenessState.of(withNodes(whole, nodes));
    }

    private static boolean isOf(NodeLiveness node, LivenessEvent event) {
        return event instanceof Heartbeat heard && heard.node().equals(node.node());
    }

    private static LivenessSnapshot withNodes(LivenessSnapshot whole, List<NodeLiveness> nodes) {
        return new LivenessSnapshot(
                whole.fleet(),
                whole.offset(),
                whole.lineage(),
                whole.settings(),
                whole.clock(),
                whole.lastEntryAt(),
                whole.earlierLeases(),
                whole.namesakesUntil(),
                whole.rules(),
                nodes);
    }

    FleetSnapshot snapshot(FleetState state, long offset) {
        FleetSnapshot whole = state.snapshot(offset);
        return has(Mutant.ORIGINS_NOT_IN_SNAPSHOT) ? withoutOrigins(whole) : whole;
    }

    private static FleetSnapshot withoutOrigins(FleetSnapshot whole) {
        return copy(whole, Optional.empty(), Optional.empty(), whole.eips(), whole.beginning(), whole.sealed());
    }

    private static FleetSnapshot copy(
            FleetSnapshot whole,
            Optional<Sequenced.Origin> heartbeatsOrigin,
            Optional<Sequenced.Origin> declarationsOrigin,
            List<FleetEip> eips,
            Beginning beginning,
            boolean sealed) {
        return new FleetSnapshot(
                whole.fleet(),
                whole.offset(),
                whole.settings(),
                whole.clock(),
                heartbeatsOrigin,
                declarationsOrigin,
                whole.lastEpoch(),
                whole.lastNodeMark(),
                whole.lastEipMark(),
                whole.nodes(),
                whole.gateways(),
                whole.policies(),
                eips,
                whole.networks(),
                whole.lineage(),
                beginning,
                sealed,
                whole.rules());
    }

    /** By other rules than those in force. */
    private static Liveness.Outcome byRules(
            Rules others, LivenessState state, long offset, Instant at, LivenessEvent event) {
        Liveness.Outcome outcome = Liveness.step(state.with(others), offset, at, event);
        return new Liveness.Outcome(outcome.state().with(state.rules()), outcome.events(), outcome.ignored());
    }

    private static Heartbeat shortened(LivenessState state, Heartbeat said) {
        Duration period = state.settings().timings().tunnelMonitorPeriod();
        return new Heartbeat(
                said.node(),
                said.incarnation(),
                said.sequence(),
                said.datapath(),
                said.fault(),
                said.foldedOffset(),
                said.asksConfirmation(),
                said.evictionTimeout().minus(period),
                said.parent(),
                said.lineage(),
                said.reads(),
                said.sentAt());
    }

    private static Settings shortened(Settings settings) {
        Timings timings = settings.timings();
        return settings.withTimings(new Timings(
                timings.tunnelUpdatePeriod(),
                timings.tunnelMonitorPeriod(),
                timings.eipEvictionTimeout().minus(timings.tunnelMonitorPeriod())));
    }

    private static LivenessSnapshot withSettings(LivenessSnapshot before, Settings settings) {
        return new LivenessSnapshot(
                before.fleet(),
                before.offset(),
                before.lineage(),
                settings,
                before.clock(),
                before.lastEntryAt(),
                before.earlierLeases(),
                before.namesakesUntil(),
                before.rules(),
                before.nodes());
    }

    private static Tick counted(TickClock clock, Tick tick) {
        boolean ignored = tick.generation() < clock.generation()
                || (tick.generation() == clock.generation() && tick.sequence() <= clock.sequence());
        return ignored ? new Tick(clock.ticker(), clock.generation(), clock.sequence() + 1, tick.period()) : tick;
    }

    LivenessSnapshot snapshot(LivenessState state, long offset) {
        LivenessSnapshot whole = state.snapshot(offset);
        if (!has(Mutant.PHASE_FORGOTTEN_IN_SNAPSHOT)) {
            return whole;
        }
        List<NodeLiveness> forgotten = whole.nodes().stream()
                .map(node -> node.withPhase(TunnelPhase.INIT))
                .toList();
        return withNodes(whole, forgotten);
    }

    public Outcome coordination(FleetState state, long offset, Sequenced entry) {
        if (isToThrow(offset)) {
            return Coordination.notFolded(state, offset, entry);
        }
        if (has(Mutant.SEAL_IGNORED) && state.sealed() && !(entry.event() instanceof FleetSealed)) {
            Outcome decided = Coordination.step(sealed(state, false), offset, entry);
            return new Outcome(sealed(decided.state(), true), decided.decisions(), decided.ignored());
        }
        FleetState seen = has(Mutant.ORIGINS_TAKEN_TWICE) ? FleetState.of(withoutOrigins(state.snapshot(0))) : state;
        Outcome outcome = Coordination.step(seen, offset, entry);
        if (has(Mutant.BEGINNING_NOT_AWAITED)) {
            return begun(outcome);
        }
        if (areOthersInForce(state)) {
            return OtherRules.applied(outcome);
        }
        if (has(Mutant.ACQUIRE_BEFORE_RELEASE)) {
            return withoutWaiting(outcome, offset);
        }
        if (has(Mutant.EIP_FREED_WHILE_USED) && entry.event() instanceof PolicyRemoved removed) {
            return freed(state, outcome, removed);
        }
        return has(Mutant.HASH_ORDER) ? shuffled(outcome) : outcome;
    }

    /** Whether EIPs are placed by the newer rules: once the log says so. */
    private boolean areOthersInForce(FleetState state) {
        boolean newer = newest.include(OtherRules.VERSION);
        if (newer && has(Mutant.RULES_NOT_IN_LOG)) {
            return true;
        }
        return state.rules().include(OtherRules.VERSION) && (newer || !has(Mutant.UNKNOWN_RULES_FOLDED));
    }

    private static Outcome begun(Outcome outcome) {
        FleetSnapshot whole = outcome.state().snapshot(0);
        return new Outcome(with(whole, Beginning.OVER, whole.sealed()), outcome.decisions(), outcome.ignored());
    }

    private static FleetState sealed(FleetState state, boolean sealed) {
        return with(state.snapshot(0), state.beginning(), sealed);
    }

    private static FleetState with(FleetSnapshot whole, Beginning beginning, boolean sealed) {
        return FleetState.of(
                copy(whole, whole.heartbeatsOrigin(), whole.declarationsOrigin(), whole.eips(), beginning, sealed));
    }

    /** As if every holder that is asked to let go had answered at once. */
    private static Outcome withoutWaiting(Outcome outcome, long offset) {
        FleetState state = outcome.state();
        var decisions = new ArrayList<Decision>(outcome.decisions());
        for (FleetEip eip : state.eips().values()) {
            var assignment = eip.assignment();
            if (assignment.step() == AssignmentStep.RELEASE
                    && assignment.holder().isPresent()) {
                var holder = assignment.holder().get();
                var answer = new DatapathAcknowledged(
                        holder.node(),
                        holder.incarnation(),
                        assignment.eip(),
                        assignment.epoch(),
                        AckOutcome.WITHDRAWN,
                        DatapathFault.NONE,
                        Optional.empty(),
                        Duration.ZERO);
                Outcome next = Coordination.step(state, offset, new Sequenced(state.fleet(), Optional.empty(), answer));
                state = next.state();
                decisions.addAll(next.decisions());
            }
        }
        return new Outcome(state, decisions, outcome.ignored());
    }

    private static Outcome freed(FleetState before, Outcome outcome, PolicyRemoved removed) {
        Optional<Eip> eip = before.policies().get(removed.policy()).flatMap(FleetPolicy::eip);
        Optional<FleetEip> known = eip.flatMap(id -> outcome.state().eips().get(id));
        if (known.isEmpty()) {
            return outcome;
        }
        FleetSnapshot whole = outcome.state().snapshot(0);
        List<FleetEip> rest = whole.eips().stream()
                .filter(other -> !other.assignment().eip().equals(eip.get()))
                .toList();
        var decisions = new ArrayList<Decision>(outcome.decisions());
        var gone = known.get().assignment();
        decisions.add(new Decision.EipFreed(gone.eip(), gone.gateway(), gone.epoch()));
        return new Outcome(withEips(whole, rest), decisions, outcome.ignored());
    }

    /** The state that a snapshot says, but with these EIPs. */
    static FleetState withEips(FleetSnapshot whole, List<FleetEip> eips) {
        return FleetState.of(copy(
                whole, whole.heartbeatsOrigin(), whole.declarationsOrigin(), eips, whole.beginning(), whole.sealed()));
    }

    private Outcome shuffled(Outcome outcome) {
        var assigned = new ArrayList<Decision>(outcome.decisions());
        assigned.removeIf(decision -> !(decision instanceof Decision.EipAssigned));
        assigned.sort(Comparator.comparingInt(decision -> (decision.toString().hashCode() ^ salt) * 0x9e3779b9));
        var decisions = new ArrayList<Decision>();
        var next = assigned.iterator();
        for (Decision decision : outcome.decisions()) {
            decisions.add(decision instanceof Decision.EipAssigned ? next.next() : decision);
        }
        return new Outcome(outcome.state(), decisions, outcome.ignored());
    }
}
