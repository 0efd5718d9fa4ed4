package dev.baton.failover.core;

import dev.baton.contract.AckOutcome;
import dev.baton.contract.Assignment;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.DatapathAcknowledged;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.Decision.AlertCode;
import dev.baton.contract.Decision.AlertRaised;
import dev.baton.contract.Eip;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.FleetSnapshot.FleetGateway;
import dev.baton.contract.GatewayId;
import dev.baton.contract.Holder;
import dev.baton.contract.MoveReason;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Walks each EIP through its steps so that there is never a second holder.
 *
 * <p>Planned: PREPARE (successor acknowledges) then RELEASE (holder acknowledges) then ACQUIRE (new holder
 * acknowledges) then HELD. Unplanned, when the holder's authority is gone (timed out, or back as another incarnation):
 * ACQUIRE at once, because its lease has lapsed. A holder that lives is never passed over: its RELEASE must be
 * acknowledged, or its lease must lapse.
 */
final class Assignments {
    private Assignments() {}

    /** A policy was bound to this EIP; allocates its mark if it is the first. */
    static void begin(Turn turn, Eip eip, GatewayId gateway) {
        if (turn.state().eips().get(eip).isEmpty()) {
            Steps.allocate(turn, eip, gateway);
        }
        settle(turn, eip);
    }

    /**
     * Settles whatever the entry may have changed: the EIPs that are not used any more, and those that it is news for.
     *
     * @param news whether the entry can let an EIP in use take a step; looking at all of them for every entry is what a
     *     large fleet would spend its time with
     */
    static void settleAll(Turn turn, Predicate<FleetEip> news) {
        for (FleetEip eip : turn.state().eips().values()) {
            if (news.test(eip) || !turn.isUsed(eip.assignment().eip())) {
                settle(turn, eip.assignment().eip());
            }
        }
    }

    /** Takes the step that the EIP's situation asks for, if any. */
    static void settle(Turn turn, Eip id) {
        Optional<FleetEip> known = turn.state().eips().get(id);
        if (known.isEmpty() || isHeldBack(turn, known.get())) {
            return;
        }
        FleetEip eip = known.get();
        switch (eip.assignment().step()) {
            case WAITING -> settleWaiting(turn, eip);
            case HELD -> settleHeld(turn, eip);
            case PREPARE -> settlePreparing(turn, eip);
            case RELEASE -> settleReleasing(turn, eip);
            case ACQUIRE -> settleAcquiring(turn, eip);
        }
    }

    /** While the storm brake is on, nothing of the gateway moves. */
    private static boolean isHeldBack(Turn turn, FleetEip eip) {
        return turn.state()
                .gateways()
                .get(eip.assignment().gateway())
                .filter(FleetGateway::held)
                .isPresent();
    }

    private static void settleWaiting(Turn turn, FleetEip eip) {
        if (!turn.isUsed(eip.assignment().eip())) {
            Steps.free(turn, eip);
            return;
        }
        MoveReason reason =
                eip.assignment().reason() == MoveReason.ALLOCATED ? MoveReason.ALLOCATED : MoveReason.NODE_ELIGIBLE;
        Steps.acquire(turn, eip, Optional.empty(), reason);
    }

    private static void settleHeld(Turn turn, FleetEip eip) {
        Optional<MoveReason> lost = Holders.lost(turn, eip);
        if (lost.isPresent()) {
            Steps.acquire(turn, eip, Holders.sameNode(turn, eip), lost.get());
        } else if (!turn.isUsed(eip.assignment().eip())) {
            Steps.release(turn, eip, Optional.empty(), eip.assignment().reason());
        } else {
            Holders.mustLeave(turn, eip).ifPresent(reason -> leave(turn, eip, reason));
        }
    }

    private static void leave(Turn turn, FleetEip eip, MoveReason reason) {
        Placement.Choice choice = Placement.choose(turn, eip, Optional.empty());
        if (choice.holder().isPresent()) {
            if (reason == MoveReason.HOLDER_FAILED) {
                // It carries nothing anyway: do not let traffic wait for the successor's preparation.
                Steps.release(turn, eip, choice.holder(), reason);
            } else {
                Steps.prepare(turn, eip, choice.holder().get(), reason, choice.candidates());
            }
        } else if (reason == MoveReason.HOLDER_NOT_SELECTED) {
            Steps.release(turn, eip, Optional.empty(), reason);
        } else {
            Steps.tryAgainAfterQuarantine(turn, eip);
        }
    }

    private static void settlePreparing(Turn turn, FleetEip eip) {
        Optional<MoveReason> lost = Holders.lost(turn, eip);
        if (lost.isPresent()) {
            Steps.acquire(turn, eip, eip.assignment().successor(), lost.get());
        } else if (!turn.isUsed(eip.assignment().eip())) {
            Steps.release(turn, eip, Optional.empty(), eip.assignment().reason());
        } else if (!Holders.isStillEligible(turn, eip, eip.assignment().successor())) {
            Steps.keep(turn, eip);
            settle(turn, eip.assignment().eip()); // which looks for another, or for when there may be one
        }
    }

    private static void settleReleasing(Turn turn, FleetEip eip) {
        Optional<MoveReason> lost = Holders.lost(turn, eip);
        if (lost.isPresent()) {
            Steps.acquire(turn, eip, eip.assignment().successor(), lost.get());
        }
    }

    private static void settleAcquiring(Turn turn, FleetEip eip) {
        Optional<MoveReason> lost = Holders.lost(turn, eip);
        if (lost.isPresent()) {
            Steps.acquire(turn, eip, Holders.sameNode(turn, eip), lost.get());
        } else if (!turn.isUsed(eip.assignment().eip())) {
            Steps.release(turn, eip, Optional.empty(), eip.assignment().reason());
        }
    }

    static void acknowledged(Turn turn, DatapathAcknowledged ack) {
        Optional<FleetEip> known = turn.state().eips().get(ack.eip());
        if (known.isEmpty() || !known.get().assignment().epoch().equals(ack.epoch())) {
            turn.ignore(Ignored.OTHER_EPOCH);
            return;
        }
        FleetEip eip = known.get();
        Assignment assignment = eip.assignment();
        Optional<Holder> from = Optional.of(new Holder(ack.node(), ack.incarnation()));
        if (ack.outcome() == AckOutcome.FAILED
                && assignment.holder().equals(from)
                && assignment.step().mayHold()) {
            holderGaveUp(turn, eip, ack.fault());
            settle(turn, ack.eip());
            return;
        }
        if (!assignment.askedHolder().equals(from)) {
            turn.ignore(Ignored.NOT_ASKED);
            return;
        }
        obey(turn, eip, ack);
        settle(turn, ack.eip());
    }

    /** It says that it holds nothing of the EIP and never will under this epoch, so the next candidate may have it. */
    private static void holderGaveUp(Turn turn, FleetEip eip, DatapathFault fault) {
        FleetEip quarantined = Steps.quarantine(turn, eip, eip.assignment().holder(), fault);
        Steps.acquire(turn, quarantined, eip.assignment().successor(), MoveReason.ACK_FAILED);
    }

    private static void obey(Turn turn, FleetEip eip, DatapathAcknowledged ack) {
        AssignmentStep step = eip.assignment().step();
        MoveReason reason = eip.assignment().reason();
        switch (ack.outcome()) {
            case PREPARED -> {
                if (step == AssignmentStep.PREPARE) {
                    Steps.release(turn, eip, eip.assignment().successor(), reason);
                }
            }
            case APPLIED -> {
                if (step == AssignmentStep.ACQUIRE) {
                    Steps.held(turn, eip);
                }
            }
            case WITHDRAWN -> {
                if (step == AssignmentStep.RELEASE) {
                    Steps.acquire(turn, eip, eip.assignment().successor(), reason);
                }
            }
            case FAILED -> failed(turn, eip, step, ack.fault());
        }
    }

    private static void failed(Turn turn, FleetEip eip, AssignmentStep step, DatapathFault fault) {
        switch (step) {
            case PREPARE -> {
                FleetEip quarantined =
                        Steps.quarantine(turn, eip, eip.assignment().successor(), fault);
                Steps.keep(turn, quarantined);
            }
            case RELEASE -> releaseOverdue(turn, eip);
            case ACQUIRE, HELD, WAITING ->
                throw new IllegalStateException("a holder's failure was taken before this: " + eip);
        }
    }

    /** A tick was counted: which acknowledgements are overdue, which pauses are over? */
    static void timePassed(Turn turn) {
        Duration now = turn.now();
        for (FleetEip eip : turn.state().eips().values()) {
            if (eip.deadline().isPresent() && eip.deadline().get().compareTo(now) <= 0) {
                overdue(turn, Steps.withoutDeadline(turn, eip));
            }
        }
    }

    private static void overdue(Turn turn, FleetEip eip) {
        switch (eip.assignment().step()) {
            case PREPARE -> {
                FleetEip quarantined =
                        Steps.quarantine(turn, eip, eip.assignment().successor(), DatapathFault.TOOL_DEADLINE);
                Steps.keep(turn, quarantined);
                settle(turn, eip.assignment().eip());
            }
            case ACQUIRE -> {
                // It may or may not hold the EIP by now: the next candidate must wait until it surely does not.
                FleetEip quarantined =
                        Steps.quarantine(turn, eip, eip.assignment().holder(), DatapathFault.TOOL_DEADLINE);
                Steps.release(turn, quarantined, Optional.empty(), MoveReason.ACK_TIMEOUT);
            }
            case RELEASE -> releaseOverdue(turn, eip);
            case WAITING, HELD -> settle(turn, eip.assignment().eip());
        }
    }

    private static void releaseOverdue(Turn turn, FleetEip eip) {
        if (!eip.alerted()) {
            turn.put(new FleetEip(eip.assignment(), eip.deadline(), true, eip.quarantined()));
            turn.decide(new AlertRaised(
                    AlertCode.RELEASE_OVERDUE, "eip " + eip.assignment().eip()));
        }
    }
}
