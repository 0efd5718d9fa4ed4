package dev.baton.contract;

import java.time.Duration;
import java.util.Optional;

/**
 * A node reports the result of one step of an assignment.
 *
 * @param epoch the epoch of the assignment that it obeyed; others are ignored
 * @param owner the machine that has the EIP already, if one answered for it
 * @param took from reading the assignment to having verified it
 */
public record DatapathAcknowledged(
        NodeId node,
        Incarnation incarnation,
        Eip eip,
        Epoch epoch,
        AckOutcome outcome,
        DatapathFault fault,
        Optional<MacAddress> owner,
        Duration took)
        implements LivenessEvent, FleetEvent {
    /** Of no fault if it did not fail. */
    public EipFailure failure() {
        return new EipFailure(fault, owner);
    }

    /** As these rules know it. */
    public DatapathAcknowledged under(Rules rules) {
        EipFailure known = failure().under(rules);
        return new DatapathAcknowledged(node, incarnation, eip, epoch, outcome, known.fault(), known.owner(), took);
    }
}
