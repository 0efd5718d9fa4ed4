package dev.baton.failover.core;

import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.MoveReason;
import java.util.Optional;

/**
 * What is true of an EIP now and may ask for a step. Of several things the first counts, in the order of
 * {@link #of}: a lost holder before everything else, because only then is the way free.
 *
 * @param reason for the assignment that follows
 */
record Situation(AssignmentEvent event, MoveReason reason) {

    /** Empty if all is well. */
    static Optional<Situation> of(Turn turn, FleetEip eip) {
        MoveReason reason = eip.assignment().reason();
        Optional<MoveReason> lost = Holders.lost(turn, eip);
        if (lost.isPresent()) {
            return Optional.of(new Situation(AssignmentEvent.HOLDER_LOST, lost.get()));
        }
        if (!turn.isUsed(eip.assignment().eip())) {
            return Optional.of(new Situation(AssignmentEvent.UNUSED, reason));
        }
        if (eip.assignment().holder().isEmpty() && !Beginnings.isOver(turn)) {
            return Optional.empty(); // somebody may hold it by a lease that this log knows nothing of
        }
        if (eip.assignment().holder().isEmpty() && Adoption.isBlocked(turn, eip)) {
            return Optional.empty();
        }
        if (eip.assignment().holder().isEmpty()) {
            if (Holders.isStillEligible(turn, eip, eip.assignment().successor())) {
                return Optional.of(new Situation(AssignmentEvent.NODE_WANTED, MoveReason.ADOPTED));
            }
            boolean fresh = reason == MoveReason.ALLOCATED || Adoption.isNew(eip);
            return Optional.of(new Situation(
                    ColdStart.isOn(turn, eip) ? AssignmentEvent.NODES_STARTING : AssignmentEvent.NODE_WANTED,
                    fresh ? MoveReason.ALLOCATED : MoveReason.NODE_ELIGIBLE));
        }
        boolean successorIsOut = eip.assignment().successor().isPresent()
                && !Holders.isStillEligible(turn, eip, eip.assignment().successor());
        if (successorIsOut) {
            return Optional.of(new Situation(AssignmentEvent.SUCCESSOR_NOT_ELIGIBLE, reason));
        }
        return Holders.mustLeave(turn, eip);
    }
}
