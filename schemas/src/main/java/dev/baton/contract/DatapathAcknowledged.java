package dev.baton.contract;

import java.time.Duration;

/**
 * A node reports the result of one step of an assignment.
 *
 * @param epoch the epoch of the assignment that it obeyed; others are ignored
 * @param took from reading the assignment to having verified it
 */
public record DatapathAcknowledged(
        NodeId node,
        Incarnation incarnation,
        Eip eip,
        Epoch epoch,
        AckOutcome outcome,
        DatapathFault fault,
        Duration took)
        implements LivenessEvent, FleetEvent {}
