package dev.baton.agent.core;

import dev.baton.agent.core.Input.Moment;
import dev.baton.contract.AckOutcome;
import dev.baton.contract.DatapathAcknowledged;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.Eip;
import dev.baton.contract.Epoch;
import dev.baton.contract.Holder;
import dev.baton.contract.Incarnation;
import dev.baton.contract.Lineage;
import dev.baton.heartbeat.core.Incarnations;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What an agent does next: same state, same input, same time, same effects. Each step asks for one change of the kernel
 * at most; its result, or the failure, is the next input, and then the next moment is asked about.
 */
public final class AgentStep {
    private AgentStep() {}

    public static Step step(AgentState state, Input input, long nowNanos) {
        return switch (input) {
            case Input.News news -> Step.of(state.with(state.read().after(news, nowNanos)));
            case Moment moment ->
                hasMoved(state, moment) ? moved(state, moment) : moment(seeing(state, moment), moment, nowNanos);
            case Input.Opened opened -> opened(state);
            case Input.TookOver(boolean runs) -> tookOver(state, runs, nowNanos);
            case Input.Withdrawn withdrawn -> withdrawn(state);
            case Input.Applied applied -> applied(state, applied, nowNanos);
            case Input.LeaseBegun(boolean begun) -> leaseBegun(state, begun);
            case Input.Checked(DatapathFault fault) ->
                settled(state.with(state.programmed().checked(fault)), nowNanos);
            case Input.Failed(Effect.OnKernel effect, DatapathFault fault) -> failed(state, effect, fault, nowNanos);
            case Input.RenewalFailed(DatapathFault fault) -> Step.of(broke(state, fault, nowNanos));
            case Input.OtherCluster other -> forget(state, Optional.empty());
            case Input.OtherLineage(Lineage next) -> forget(state, Optional.of(next));
            case Input.Leave(long until) -> Step.of(state.leavingAt(until), new Effect.SayLeaving());
        };
    }

    private static Step forget(AgentState state, Optional<Lineage> next) {
        return Step.of(
                state.with(ReadSoFar.nothing(state.node(), next)), new Effect.ForgetLogs(next), new Effect.Lapse());
    }

    private static AgentState seeing(AgentState state, Moment moment) {
        AgentState read = state.read().caughtUp() == moment.caughtUp()
                ? state
                : state.with(state.read().caughtUp(moment.caughtUp()));
        boolean same = read.programmed().parent().equals(moment.parent());
        // The coordinator may have shown this machine at an address that it has only now.
        return same
                ? read
                : read.with(read.programmed().with(moment.parent()))
                        .with(read.read().unsettled());
    }

    /** Whether no address of this machine is left of those that it announced. */
    private static boolean hasMoved(AgentState state, Moment moment) {
        return state.phase().announced().isPresent()
                && state.programmed()
                        .parent()
                        .filter(before -> !before.addresses().isEmpty())
                        .filter(before -> moment.parent().filter(before::meets).isEmpty())
                        .isPresent();
    }

    /** The coordinator cannot tell this machine from another of its name, and goes on waiting for the one it knows. */
    private static Step moved(AgentState state, Moment moment) {
        return giveUp(seeing(state, moment), state.phase().announced().orElseThrow());
    }

    private static Step moment(AgentState state, Moment moment, long now) {
        if (hasNothingToWaitFor(state, moment, now)) {
            return end(state, !isNamed(state, moment));
        }
        if (!state.programmed().open() && !state.programmed().isTooEarly(now) && !isEnding(state)) {
            return Step.of(state, new Effect.Open());
        }
        return switch (state.phase()) {
            case Phase.Resuming(Incarnation incarnation) ->
                state.programmed().open()
                        ? Step.of(state, new Effect.TakeOver(incarnation))
                        : Step.of(state.with(new Phase.Fencing(incarnation)), new Effect.Lapse());
            case Phase.Fencing fencing -> fence(state, fencing, moment);
            case Phase.Fenced(Incarnation last) -> fenced(state, last, moment);
            case Phase.CatchingUp(Incarnation last) -> catchUp(state, last, moment, now);
            // What was to be applied was not: asked again.
            case Phase.Announcing(Incarnation last, Incarnation next) -> catchUp(state, last, moment, now);
            case Phase.Announced(Incarnation incarnation) -> goOn(state, incarnation, moment, now);
            case Phase.Holding(Incarnation incarnation) -> goOn(state, incarnation, moment, now);
            case Phase.Ending _, Phase.Left _ -> Step.of(state);
        };
    }

    private static boolean isEnding(AgentState state) {
        return state.phase() instanceof Phase.Ending || state.phase() instanceof Phase.Left;
    }

    /** Whether an agent that was asked to leave can go: it holds nothing any more, or its patience has ended. */
    private static boolean hasNothingToWaitFor(AgentState state, Moment moment, long now) {
        if (state.leavesAtNanos().isEmpty() || isEnding(state)) {
            return false;
        }
        return !isNamed(state, moment) || state.leavesAtNanos().get() - now <= 0;
    }

    /** Whether the node may still hold something, as far as the coordinator knows. */
    private static boolean isNamed(AgentState state, Moment moment) {
        boolean moved = moment.leavingHeard() && !state.read().owed().isNamedHolder();
        return moment.lease().untilNanos().isPresent() && !moved;
    }

    private static Step end(AgentState state, boolean inTime) {
        return state.programmed().open()
                ? Step.of(state.with(new Phase.Ending(inTime)), new Effect.StopHeartbeats(), new Effect.Withdraw())
                : Step.of(state.with(new Phase.Left()), new Effect.StopHeartbeats(), new Effect.EndSession());
    }

    /** If the kernel cannot be asked to let go, every lease that it may have been given is waited out. */
    private static Step fence(AgentState state, Phase.Fencing fencing, Moment moment) {
        boolean cannotAsk = !state.programmed().open() || fencing.failed();
        if (cannotAsk && moment.kernelLeaseOver()) {
            return Step.of(state.with(new Phase.Fenced(fencing.last())), new Effect.ShowReady(false));
        }
        return state.programmed().open() ? Step.of(state, new Effect.Withdraw()) : idle(state);
    }

    /**
     * Pods' packets go on to whoever holds their EIPs: the datapath is brought to an incarnation that holds nothing.
     */
    private static Step fenced(AgentState state, Incarnation last, Moment moment) {
        AgentState next = state.with(new Phase.CatchingUp(last));
        if (!state.programmed().open() || !state.read().caughtUp()) {
            // What was read so far may lack policies, and their pods would leave untranslated.
            return Step.of(next, new Effect.ReadToPresentEnd());
        }
        return Step.of(
                next.with(next.read().taken()),
                remember(),
                new Effect.ReadToPresentEnd(),
                new Effect.Apply(Incarnation.NONE));
    }

    private static Step catchUp(AgentState state, Incarnation last, Moment moment, long now) {
        if (!state.read().caughtUp()) {
            return checked(state, moment, now);
        }
        AgentState looked = state.with(
                NameConflict.of(state.read().own(), last, state.programmed().parent()));
        if (looked.name().isTaken()) {
            return checked(looked, moment, now);
        }
        Incarnation next = Incarnations.next(last, state.read().shown(), moment.wallClock());
        if (!state.programmed().open()) {
            return announce(looked, next, now);
        }
        return Step.of(
                looked.with(new Phase.Announcing(last, next)).with(looked.read().taken()),
                remember(),
                new Effect.Apply(Incarnation.NONE));
    }

    private static Step announce(AgentState state, Incarnation next, long now) {
        return Step.of(
                state.with(new Phase.Announced(next)),
                new Effect.Report(state.report(next, now)),
                new Effect.Announce(next));
    }

    private static Step goOn(AgentState state, Incarnation incarnation, Moment moment, long now) {
        if (moment.lease().isLapsed()
                || state.read().isGivenUp(incarnation, state.programmed().parent())) {
            return giveUp(state, incarnation);
        }
        if (moment.deaf()) {
            Step step = giveUp(state, incarnation);
            return new Step(
                    step.state(),
                    Stream.concat(Stream.of(new Effect.ReadAnew()), step.effects().stream())
                            .toList());
        }
        Programmed programmed = state.programmed();
        boolean applied = programmed.open() && programmed.appliedAs().equals(incarnation);
        boolean answering = isAnswering(state, incarnation);
        if (!state.isHolding()
                && applied
                && answering
                && moment.lease().untilNanos().isPresent()) {
            return Step.of(state, new Effect.BeginLease(incarnation));
        }
        if (isApplyDue(state, incarnation, now) && !isKeeping(state, incarnation, moment)) {
            Incarnation held = answering ? incarnation : Incarnation.NONE;
            return Step.of(state.with(state.read().taken()), remember(), new Effect.Apply(held));
        }
        return checked(state, moment, now);
    }

    /** Nothing may be held: by this incarnation any more, or by the next until it is announced. */
    private static Step giveUp(AgentState state, Incarnation incarnation) {
        AgentState fencing = state.with(new Phase.Fencing(incarnation));
        return state.programmed().open()
                ? Step.of(fencing, new Effect.Lapse(), new Effect.Withdraw())
                : Step.of(fencing, new Effect.Lapse());
    }

    /** Before the logs are read to their end, an EIP that this node holds may only look as if it did not. */
    private static boolean isApplyDue(AgentState state, Incarnation incarnation, long now) {
        Programmed programmed = state.programmed();
        boolean due = state.read().changed()
                || programmed.isToBeTriedAgain(now)
                || !programmed.appliedAs().equals(incarnation);
        return state.read().caughtUp() && programmed.open() && due && !programmed.isTooEarly(now);
    }

    /** Whether it holds what an earlier process obeyed, and would let go of it by a word that is older than that. */
    private static boolean isKeeping(AgentState state, Incarnation incarnation, Moment moment) {
        return moment.outdated()
                && state.isHolding()
                && !state.programmed().appliedAs().equals(incarnation);
    }

    private static Step checked(AgentState state, Moment moment, long now) {
        return state.programmed().isCheckDue(moment.disturbed(), now)
                ? Step.of(state.with(state.programmed().checking(now)), new Effect.Check())
                : settled(state, now);
    }

    private static Step idle(AgentState state) {
        return Step.of(state, new Effect.ShowReady(false));
    }

    /** Nothing is to be done to the kernel now: what was done is acknowledged and reported. */
    private static Step settled(AgentState state, long now) {
        return state.phase().announced().map(me -> settled(state, me, now)).orElseGet(() -> idle(state));
    }

    private static Step settled(AgentState state, Incarnation incarnation, long now) {
        var effects = new ArrayList<Effect>();
        AgentState told = state;
        Programmed programmed = state.programmed();
        // What was read since the last apply is not done yet, and must not be said to be.
        if (isAnswering(state, incarnation)
                && programmed.appliedAs().equals(incarnation)
                && programmed.broken().isEmpty()
                && !state.read().changed()) {
            told = acknowledge(state, new Holder(state.node(), incarnation), effects, now);
        }
        effects.add(new Effect.Report(told.report(incarnation, now)));
        effects.add(new Effect.ShowReady(told.isReady()));
        return new Step(told, effects);
    }

    /** An answer counts for whoever has this name and number: only the machine that the coordinator knows gives one. */
    private static boolean isAnswering(AgentState state, Incarnation incarnation) {
        return state.isHolding()
                || state.read().isAccepted(incarnation, state.programmed().parent());
    }

    private static AgentState acknowledge(AgentState state, Holder me, List<Effect> effects, long now) {
        OwedAcknowledgements.Settled settled = state.read()
                .owed()
                .settle(
                        me,
                        state.failures(),
                        state.isHolding(),
                        state.read().own().isPresent(),
                        now);
        if (settled.acknowledgements().isEmpty()) {
            return state.with(state.read().with(settled.rest()));
        }
        SortedMap<Eip, Epoch> refused = refused(settled.acknowledgements());
        AgentState told = state.with(state.read().with(settled.rest()));
        if (!refused.isEmpty()) {
            effects.add(new Effect.RememberEpochs(refused));
            told = told.with(told.read().unsettled()).with(told.programmed().told(refused.keySet()));
        }
        effects.add(new Effect.Acknowledge(settled.acknowledgements()));
        return told;
    }

    /** Another node may have these by the answer FAILED. */
    private static SortedMap<Eip, Epoch> refused(List<DatapathAcknowledged> acknowledgements) {
        var refused = new TreeMap<Eip, Epoch>();
        acknowledgements.stream()
                .filter(one -> one.outcome() == AckOutcome.FAILED)
                .forEach(one -> refused.put(one.eip(), one.epoch()));
        return Collections.unmodifiableSortedMap(refused);
    }

    private static Effect remember() {
        return new Effect.RememberEpochs(Collections.emptySortedMap());
    }

    /**
     * A kernel that could not be asked so far may hold something: it is asked to let go, although its lease ran out.
     */
    private static Step opened(AgentState state) {
        AgentState open = state.with(state.programmed().opened());
        return Step.of(
                switch (state.phase()) {
                    case Phase.Fenced(Incarnation last) -> open.with(new Phase.Fencing(last));
                    case Phase.CatchingUp(Incarnation last) -> open.with(new Phase.Fencing(last));
                    case Phase.Announcing(Incarnation last, Incarnation next) -> open.with(new Phase.Fencing(last));
                    case Phase.Resuming _, Phase.Fencing _, Phase.Announced _, Phase.Holding _ -> open;
                    case Phase.Ending _, Phase.Left _ -> open;
                });
    }

    private static Step tookOver(AgentState state, boolean runs, long now) {
        if (!(state.phase() instanceof Phase.Resuming(Incarnation incarnation))) {
            return Step.of(state);
        }
        return runs
                ? Step.of(
                        state.with(new Phase.Holding(incarnation)),
                        new Effect.Report(state.report(incarnation, now)),
                        new Effect.GoOn(incarnation))
                : Step.of(state.with(new Phase.Fencing(incarnation)), new Effect.Lapse());
    }

    private static Step withdrawn(AgentState state) {
        return switch (state.phase()) {
            case Phase.Fencing(Incarnation last, boolean failed) -> Step.of(state.with(new Phase.Fenced(last)));
            case Phase.Ending _ -> Step.of(state.with(new Phase.Left()), new Effect.EndSession());
            case Phase.Resuming _, Phase.Fenced _, Phase.CatchingUp _, Phase.Announcing _ -> Step.of(state);
            case Phase.Announced _, Phase.Holding _, Phase.Left _ -> Step.of(state);
        };
    }

    private static Step applied(AgentState state, Input.Applied result, long now) {
        return switch (state.phase()) {
            case Phase.Announcing(Incarnation last, Incarnation next) ->
                announce(state.with(appliedAs(state, next, result, now)), next, now);
            case Phase.Announced(Incarnation me) -> Step.of(state.with(appliedAs(state, me, result, now)));
            case Phase.Holding(Incarnation me) -> Step.of(state.with(appliedAs(state, me, result, now)));
            // Nothing was announced, so it was brought to hold nothing: that counts for no incarnation.
            case Phase.Resuming _, Phase.Fencing _, Phase.Fenced _, Phase.CatchingUp _, Phase.Ending _, Phase.Left _ ->
                Step.of(state.with(appliedAs(state, Incarnation.NONE, result, now)));
        };
    }

    private static Programmed appliedAs(AgentState state, Incarnation incarnation, Input.Applied result, long now) {
        return state.programmed().applied(incarnation, state.read().cause(), result.failures(), now);
    }

    private static Step leaseBegun(AgentState state, boolean begun) {
        return begun && state.phase() instanceof Phase.Announced(Incarnation incarnation)
                ? Step.of(state.with(new Phase.Holding(incarnation)))
                : Step.of(state);
    }

    private static AgentState broke(AgentState state, DatapathFault fault, long now) {
        return state.with(state.programmed().broke(fault, now));
    }

    private static Step failed(AgentState state, Effect.OnKernel effect, DatapathFault fault, long now) {
        AgentState broken = broke(state, fault, now);
        return switch (effect) {
            case Effect.Open _, Effect.BeginLease _, Effect.Check _ -> Step.of(broken);
            case Effect.TakeOver _ ->
                broken.phase() instanceof Phase.Resuming(Incarnation incarnation)
                        ? Step.of(broken.with(new Phase.Fencing(incarnation)), new Effect.Lapse())
                        : Step.of(broken);
            case Effect.Withdraw _ -> notWithdrawn(broken);
            case Effect.Apply _ -> notApplied(state, broken, now);
        };
    }

    private static Step notWithdrawn(AgentState broken) {
        return switch (broken.phase()) {
            case Phase.Fencing(Incarnation last, boolean failed) -> Step.of(broken.with(new Phase.Fencing(last, true)));
            case Phase.Ending _ -> Step.of(broken.with(new Phase.Left()), new Effect.EndSession());
            case Phase.Resuming _, Phase.Fenced _, Phase.CatchingUp _, Phase.Announcing _ -> Step.of(broken);
            case Phase.Announced _, Phase.Holding _, Phase.Left _ -> Step.of(broken);
        };
    }

    private static Step notApplied(AgentState before, AgentState broken, long now) {
        return switch (broken.phase()) {
            // It says that its datapath is broken: the coordinator gives it nothing until it is repaired.
            case Phase.Announcing(Incarnation last, Incarnation next) -> announce(broken, next, now);
            // What is held cannot be changed any more: all of it is given up, so that others may take it at once.
            case Phase.Holding(Incarnation incarnation)
            when before.programmed().broken().isPresent() -> giveUp(broken, incarnation);
            case Phase.Holding _, Phase.Announced _, Phase.Resuming _, Phase.Fencing _ -> Step.of(broken);
            case Phase.Fenced _, Phase.CatchingUp _, Phase.Ending _, Phase.Left _ -> Step.of(broken);
        };
    }
}
