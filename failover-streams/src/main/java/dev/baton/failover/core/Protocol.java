package dev.baton.failover.core;

import static dev.baton.contract.AssignmentStep.ACQUIRE;
import static dev.baton.contract.AssignmentStep.HELD;
import static dev.baton.contract.AssignmentStep.PREPARE;
import static dev.baton.contract.AssignmentStep.RELEASE;
import static dev.baton.contract.AssignmentStep.WAITING;
import static dev.baton.failover.core.AssignmentEvent.APPLIED;
import static dev.baton.failover.core.AssignmentEvent.HOLDER_ANSWERED_FAILED;
import static dev.baton.failover.core.AssignmentEvent.HOLDER_DRAINED;
import static dev.baton.failover.core.AssignmentEvent.HOLDER_FAILED;
import static dev.baton.failover.core.AssignmentEvent.HOLDER_LOST;
import static dev.baton.failover.core.AssignmentEvent.HOLDER_NOT_SELECTED;
import static dev.baton.failover.core.AssignmentEvent.MOVE_REQUESTED;
import static dev.baton.failover.core.AssignmentEvent.NODES_STARTING;
import static dev.baton.failover.core.AssignmentEvent.NODE_WANTED;
import static dev.baton.failover.core.AssignmentEvent.OVERDUE;
import static dev.baton.failover.core.AssignmentEvent.PREPARED;
import static dev.baton.failover.core.AssignmentEvent.SUCCESSOR_ANSWERED_FAILED;
import static dev.baton.failover.core.AssignmentEvent.SUCCESSOR_NOT_ELIGIBLE;
import static dev.baton.failover.core.AssignmentEvent.UNUSED;
import static dev.baton.failover.core.AssignmentEvent.WITHDRAWN;
import static dev.baton.failover.core.Transition.ACQUIRE_BEST;
import static dev.baton.failover.core.Transition.ACQUIRE_SAME_NODE_FIRST;
import static dev.baton.failover.core.Transition.ACQUIRE_SUCCESSOR_FIRST;
import static dev.baton.failover.core.Transition.ALERT;
import static dev.baton.failover.core.Transition.CONFIRM;
import static dev.baton.failover.core.Transition.EVALUATE;
import static dev.baton.failover.core.Transition.FREE;
import static dev.baton.failover.core.Transition.GATHER;
import static dev.baton.failover.core.Transition.KEEP;
import static dev.baton.failover.core.Transition.PREPARE_BEST;
import static dev.baton.failover.core.Transition.PREPARE_REQUESTED;
import static dev.baton.failover.core.Transition.RELEASE_FOR_BEST;
import static dev.baton.failover.core.Transition.RELEASE_FOR_NOBODY;
import static dev.baton.failover.core.Transition.RELEASE_FOR_SUCCESSOR;
import static dev.baton.failover.core.Transition.RETRY_LATER;
import static dev.baton.failover.core.Transition.WAIT;

import dev.baton.contract.AssignmentStep;
import java.util.List;
import java.util.Optional;

/**
 * The five steps of an EIP's assignment as one table: step x event gives what to do. Where there is no row, nothing
 * changes. {@code deploy/docs/protocol.md} shows the same table to readers.
 *
 * <p>Why there is never a second holder: only the ACQUIRE transitions give the EIP to another node. They stand in rows
 * whose event says that the holder cannot hold it any more (HOLDER_LOST, HOLDER_ANSWERED_FAILED, WITHDRAWN), or at
 * WAITING, where there is no holder.
 */
final class Protocol {
    private Protocol() {}

    /** Which node the event proves to be unable, so that it is no candidate for this EIP for a while. */
    enum Quarantined {
        NOBODY,
        HOLDER,
        SUCCESSOR
    }

    /**
     * One cell of the table.
     *
     * @param otherwise what to do instead if the transition needs a node and none can take the EIP
     */
    record Row(
            AssignmentStep step,
            AssignmentEvent event,
            Transition transition,
            Transition otherwise,
            Quarantined quarantined) {
        Row orElse(Transition instead) {
            return new Row(step, event, transition, instead, quarantined);
        }

        Row quarantine(Quarantined whom) {
            return new Row(step, event, transition, otherwise, whom);
        }
    }

    static final List<Row> ROWS = List.of(
            at(WAITING, UNUSED, FREE),
            at(WAITING, NODE_WANTED, ACQUIRE_BEST).orElse(WAIT),
            at(WAITING, NODES_STARTING, GATHER),
            at(WAITING, OVERDUE, EVALUATE),
            //
            at(PREPARE, HOLDER_LOST, ACQUIRE_SUCCESSOR_FIRST).orElse(WAIT),
            at(PREPARE, UNUSED, RELEASE_FOR_NOBODY),
            at(PREPARE, SUCCESSOR_NOT_ELIGIBLE, KEEP),
            at(PREPARE, PREPARED, RELEASE_FOR_SUCCESSOR),
            at(PREPARE, HOLDER_ANSWERED_FAILED, ACQUIRE_SUCCESSOR_FIRST)
                    .orElse(WAIT)
                    .quarantine(Quarantined.HOLDER),
            at(PREPARE, SUCCESSOR_ANSWERED_FAILED, KEEP).quarantine(Quarantined.SUCCESSOR),
            at(PREPARE, OVERDUE, KEEP).quarantine(Quarantined.SUCCESSOR),
            //
            at(RELEASE, HOLDER_LOST, ACQUIRE_SUCCESSOR_FIRST).orElse(WAIT),
            at(RELEASE, WITHDRAWN, ACQUIRE_SUCCESSOR_FIRST).orElse(WAIT),
            // It may still hold the EIP. Only its WITHDRAWN or the end of its lease frees the way.
            at(RELEASE, HOLDER_ANSWERED_FAILED, ALERT),
            at(RELEASE, OVERDUE, ALERT),
            //
            at(ACQUIRE, HOLDER_LOST, ACQUIRE_SAME_NODE_FIRST).orElse(WAIT),
            at(ACQUIRE, UNUSED, RELEASE_FOR_NOBODY),
            at(ACQUIRE, APPLIED, CONFIRM),
            at(ACQUIRE, HOLDER_ANSWERED_FAILED, ACQUIRE_BEST).orElse(WAIT).quarantine(Quarantined.HOLDER),
            // It may or may not hold the EIP by now: the next candidate must wait until it surely does not.
            at(ACQUIRE, OVERDUE, RELEASE_FOR_NOBODY).quarantine(Quarantined.HOLDER),
            //
            at(HELD, HOLDER_LOST, ACQUIRE_SAME_NODE_FIRST).orElse(WAIT),
            at(HELD, UNUSED, RELEASE_FOR_NOBODY),
            at(HELD, HOLDER_NOT_SELECTED, PREPARE_BEST).orElse(RELEASE_FOR_NOBODY),
            // It carries no traffic anyway, so the traffic need not wait for the successor's preparation.
            at(HELD, HOLDER_FAILED, RELEASE_FOR_BEST).orElse(RETRY_LATER),
            at(HELD, HOLDER_DRAINED, PREPARE_BEST).orElse(RETRY_LATER),
            at(HELD, MOVE_REQUESTED, PREPARE_REQUESTED),
            at(HELD, HOLDER_ANSWERED_FAILED, ACQUIRE_BEST).orElse(WAIT).quarantine(Quarantined.HOLDER),
            at(HELD, OVERDUE, EVALUATE));

    /** Empty if the event changes nothing at this step. */
    static Optional<Row> row(AssignmentStep step, AssignmentEvent event) {
        for (Row row : ROWS) {
            if (row.step() == step && row.event() == event) {
                return Optional.of(row);
            }
        }
        return Optional.empty();
    }

    private static Row at(AssignmentStep step, AssignmentEvent event, Transition transition) {
        return new Row(step, event, transition, transition, Quarantined.NOBODY);
    }
}
