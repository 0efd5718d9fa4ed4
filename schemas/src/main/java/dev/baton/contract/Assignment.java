package dev.baton.contract;

import java.util.Optional;

/**
 * The state of one EIP, as {@code baton.assignments} keeps it. Each step that an agent must obey has an epoch of its
 * own, and the acknowledgement names it; HELD keeps the epoch that its holder acknowledged.
 *
 * @param mark firewall mark and table of this EIP
 * @param holder the one node that may emit frames with this EIP; empty while WAITING
 * @param successor during PREPARE and RELEASE: who is meant to be next
 * @param reason why it is, or is coming, where it is
 * @param cause offset of the fleet log that decided this
 */
public record Assignment(
        Eip eip,
        GatewayId gateway,
        Mark mark,
        Epoch epoch,
        AssignmentStep step,
        Optional<Holder> holder,
        Optional<Holder> successor,
        MoveReason reason,
        long cause) {

    /** Whether this node may hold the EIP, if its lease runs and its incarnation is this one. */
    public boolean allows(NodeId node, Incarnation incarnation) {
        return switch (step) {
            case PREPARE, ACQUIRE, HELD -> holder.equals(Optional.of(new Holder(node, incarnation)));
            case RELEASE, WAITING -> false;
        };
    }
}
