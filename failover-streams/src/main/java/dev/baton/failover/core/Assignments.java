package dev.baton.failover.core;

import dev.baton.contract.AckOutcome;
import dev.baton.contract.Assignment;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.DatapathAcknowledged;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.Eip;
import dev.baton.contract.EipFailure;
import dev.baton.contract.Epoch;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.FleetSnapshot.FleetGateway;
import dev.baton.contract.GatewayId;
import dev.baton.contract.Holder;
import dev.baton.contract.MoveReason;
import dev.baton.failover.core.Protocol.Row;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Takes each EIP through its steps so that there is never a second holder. Which step follows is said by
 * {@link Protocol} alone; here is who asks the table, and when: after an entry that may affect the EIP
 * ({@link Situation}), after an acknowledgement, and when time has passed.
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
     * Evaluates the EIPs that the entry may have changed: those that no policy uses any more, and those that it
     * affects.
     *
     * @param affected whether the entry can let an EIP in use take a step; evaluating all EIPs for every entry would
     *     dominate the cost of a large fleet
     */
    static void settleAll(Turn turn, Predicate<FleetEip> affected) {
        for (FleetEip eip : turn.state().eips().values()) {
            if (affected.test(eip) || !turn.isUsed(eip.assignment().eip())) {
                settle(turn, eip.assignment().eip());
            }
        }
    }

    /** Takes the step that the EIP's situation asks for, if any. */
    static void settle(Turn turn, Eip id) {
        Optional<FleetEip> eip = turn.state().eips().get(id).filter(known -> !isHeldBack(turn, known));
        Optional<Situation> situation = eip.flatMap(known -> Situation.of(turn, known));
        situation.ifPresent(now -> take(turn, eip.get(), now.event(), now.reason(), EipFailure.of(DatapathFault.NONE)));
    }

    /** While the storm brake is on, nothing of the gateway moves. */
    private static boolean isHeldBack(Turn turn, FleetEip eip) {
        return turn.state()
                .gateways()
                .get(eip.assignment().gateway())
                .filter(FleetGateway::held)
                .isPresent();
    }

    /** An agent has answered: the holder or the successor, whichever the step asks. */
    static void acknowledged(Turn turn, DatapathAcknowledged ack) {
        Optional<FleetEip> eip = turn.state().eips().get(ack.eip());
        if (eip.isEmpty() || !eip.get().assignment().epoch().equals(ack.epoch())) {
            turn.ignore(Ignored.OTHER_EPOCH);
            return;
        }
        Optional<AssignmentEvent> event = event(eip.get().assignment(), ack);
        if (event.isEmpty()) {
            turn.ignore(Ignored.NOT_ASKED);
            return;
        }
        MoveReason reason = event.get() == AssignmentEvent.HOLDER_ANSWERED_FAILED
                ? MoveReason.ACK_FAILED
                : eip.get().assignment().reason();
        take(turn, eip.get(), event.get(), reason, ack.failure());
        settle(turn, ack.eip());
    }

    /** An answer that comes while nothing is decided. What was asked is asked again later, so only FAILED is noted. */
    static void answeredMeanwhile(Turn turn, DatapathAcknowledged ack) {
        turn.ignore(Ignored.STANDSTILL);
        turn.state()
                .eips()
                .get(ack.eip())
                .filter(eip -> eip.assignment().epoch().equals(ack.epoch()))
                .filter(eip -> event(eip.assignment(), ack).equals(Optional.of(AssignmentEvent.HOLDER_ANSWERED_FAILED)))
                .ifPresent(eip -> Steps.failedMeanwhile(turn, eip));
    }

    /** Answers that came while nothing was decided are lost: who could still do what was asked is asked again. */
    static void askAgain(Turn turn, Epoch before) {
        for (FleetEip eip : turn.state().eips().values()) {
            AssignmentStep step = eip.assignment().step();
            if (eip.assignment().epoch().supersedes(before)) {
                continue; // asked just now
            }
            switch (step) {
                case RELEASE -> Steps.again(turn, eip, step);
                case PREPARE, ACQUIRE -> {
                    if (Holders.isStillEligible(turn, eip, eip.assignment().askedHolder())) {
                        Steps.again(turn, eip, step);
                    }
                }
                case HELD -> {
                    if (eip.alerted()) {
                        take(
                                turn,
                                eip,
                                AssignmentEvent.HOLDER_ANSWERED_FAILED,
                                MoveReason.ACK_FAILED,
                                EipFailure.of(DatapathFault.NONE));
                    }
                }
                case WAITING -> {}
            }
        }
    }

    private static Optional<AssignmentEvent> event(Assignment assignment, DatapathAcknowledged ack) {
        Optional<Holder> from = Optional.of(new Holder(ack.node(), ack.incarnation()));
        if (ack.outcome() == AckOutcome.FAILED && assignment.holder().equals(from)) {
            return Optional.of(AssignmentEvent.HOLDER_ANSWERED_FAILED);
        }
        if (!assignment.askedHolder().equals(from)) {
            return Optional.empty();
        }
        return Optional.of(
                switch (ack.outcome()) {
                    case PREPARED -> AssignmentEvent.PREPARED;
                    case APPLIED -> AssignmentEvent.APPLIED;
                    case WITHDRAWN -> AssignmentEvent.WITHDRAWN;
                    case FAILED -> AssignmentEvent.SUCCESSOR_ANSWERED_FAILED;
                });
    }

    /** A tick was counted: which acknowledgements are overdue, which pauses are over? */
    static void timePassed(Turn turn) {
        Duration now = turn.now();
        for (FleetEip eip : turn.state().eips().values()) {
            if (eip.deadline().isPresent() && eip.deadline().get().compareTo(now) <= 0) {
                // A cold start's wait is over because its deadline has passed, so that one stays until then.
                boolean waits = eip.assignment().step() == AssignmentStep.WAITING;
                FleetEip late = waits ? eip : Steps.withoutDeadline(turn, eip);
                take(
                        turn,
                        late,
                        AssignmentEvent.OVERDUE,
                        MoveReason.ACK_TIMEOUT,
                        EipFailure.of(DatapathFault.TOOL_DEADLINE));
                turn.state()
                        .eips()
                        .get(eip.assignment().eip())
                        .filter(eip::equals)
                        .ifPresent(unchanged -> Steps.withoutDeadline(turn, unchanged));
            }
        }
    }

    /** Whether an operator's request can move the EIP now. */
    static boolean canBeMoved(FleetEip eip) {
        return Protocol.row(eip.assignment().step(), AssignmentEvent.MOVE_REQUESTED)
                .isPresent();
    }

    /** Moves an EIP that {@link #canBeMoved} to the node of the choice, in the planned way. */
    static void move(Turn turn, FleetEip eip, Placement.Choice choice, MoveReason reason) {
        Row row = Protocol.row(eip.assignment().step(), AssignmentEvent.MOVE_REQUESTED)
                .orElseThrow();
        perform(turn, eip, row.transition(), choice, reason);
    }

    /** Asks the table and does what it says; nothing if it has no row. */
    private static void take(Turn turn, FleetEip eip, AssignmentEvent event, MoveReason reason, EipFailure failure) {
        Optional<Row> found = Protocol.row(eip.assignment().step(), event);
        if (found.isEmpty()) {
            return;
        }
        Row row = found.get();
        FleetEip now = switch (row.quarantined()) {
            case NOBODY -> eip;
            case HOLDER -> Steps.quarantine(turn, eip, eip.assignment().holder(), failure);
            case SUCCESSOR -> Steps.quarantine(turn, eip, eip.assignment().successor(), failure);
        };
        if (row.transition().isAcquire() && !turn.isUsed(now.assignment().eip())) {
            free(turn, now);
            return;
        }
        Optional<Placement.Choice> sought = seek(turn, now, row.transition());
        boolean inVain = sought.isPresent() && sought.get().holder().isEmpty();
        Placement.Choice choice = sought.orElse(Placement.Choice.NONE);
        perform(turn, now, inVain ? row.otherwise() : row.transition(), choice, reason);
    }

    private static void free(Turn turn, FleetEip eip) {
        Steps.free(turn, eip);
        Adoption.waitingFor(turn, eip.assignment().eip()).forEach(other -> settle(turn, other));
    }

    /** The node that a transition needs; empty if it needs none. */
    private static Optional<Placement.Choice> seek(Turn turn, FleetEip eip, Transition transition) {
        return switch (transition) {
            // While nobody holds it, only an adopted EIP has a node that is to be next.
            case ACQUIRE_BEST ->
                Optional.of(
                        Placement.chooseLastResort(turn, eip, eip.assignment().successor()));
            case ACQUIRE_SAME_NODE_FIRST ->
                Optional.of(Placement.chooseLastResort(turn, eip, Holders.sameNode(turn, eip)));
            case ACQUIRE_SUCCESSOR_FIRST ->
                Optional.of(
                        Placement.chooseLastResort(turn, eip, eip.assignment().successor()));
            case PREPARE_BEST, RELEASE_FOR_BEST -> Optional.of(Placement.choose(turn, eip, Optional.empty()));
            case PREPARE_REQUESTED,
                    RELEASE_FOR_SUCCESSOR,
                    RELEASE_FOR_NOBODY,
                    CONFIRM,
                    KEEP,
                    WAIT,
                    FREE,
                    GATHER,
                    RETRY_LATER,
                    ALERT,
                    EVALUATE -> Optional.empty();
        };
    }

    private static void perform(
            Turn turn, FleetEip eip, Transition transition, Placement.Choice choice, MoveReason reason) {
        switch (transition) {
            case ACQUIRE_BEST, ACQUIRE_SAME_NODE_FIRST, ACQUIRE_SUCCESSOR_FIRST ->
                Steps.acquire(turn, eip, choice, reason);
            case PREPARE_BEST, PREPARE_REQUESTED -> Steps.prepare(turn, eip, choice, reason);
            case RELEASE_FOR_BEST -> Steps.release(turn, eip, choice.holder(), reason);
            case RELEASE_FOR_SUCCESSOR ->
                Steps.release(turn, eip, eip.assignment().successor(), reason);
            case RELEASE_FOR_NOBODY -> Steps.release(turn, eip, Optional.empty(), reason);
            case CONFIRM -> Steps.held(turn, eip);
            case KEEP -> {
                Steps.keep(turn, eip);
                settle(turn, eip.assignment().eip()); // which looks for another node, or for when there may be one
            }
            case WAIT -> Steps.toWaiting(turn, eip, choice.candidates());
            case GATHER -> Steps.waitForStartingNodes(turn, eip);
            case FREE -> free(turn, eip);
            case RETRY_LATER -> Steps.tryAgainAfterQuarantine(turn, eip);
            case ALERT -> Steps.alertOverdue(turn, eip);
            case EVALUATE -> settle(turn, eip.assignment().eip());
        }
    }
}
