package dev.baton.contract;

import java.util.Optional;

/**
 * The state of one EIP, as {@code baton.assignments} keeps it. Each step that an agent must obey has an epoch of its
 * own, and the acknowledgement names it; HELD keeps the epoch that its holder acknowledged.
 *
 * @param mark firewall mark and table of this EIP
 * @param holder the one node that may emit frames with this EIP; empty while WAITING
 * @param successor during PREPARE and RELEASE: the node that should be next
 * @param reason why the EIP is with its holder, or about to be
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
        return step.mayHold() && holder.equals(Optional.of(new Holder(node, incarnation)));
    }

    /** The node that must answer this step; empty: no answer is awaited. */
    public Optional<Holder> askedHolder() {
        return switch (step) {
            case PREPARE -> successor;
            case RELEASE, ACQUIRE -> holder;
            case WAITING, HELD -> Optional.empty();
        };
    }

    /** The answer that this step asks of {@code me}, in its incarnation; empty: {@code me} is not asked. */
    public Optional<AckOutcome> askedOf(Holder me) {
        return askedHolder().filter(me::equals).flatMap(asked -> step.asks());
    }

    public Assignment withEpoch(Epoch changed) {
        return new Assignment(eip, gateway, mark, changed, step, holder, successor, reason, cause);
    }

    public Assignment withStep(AssignmentStep changed) {
        return new Assignment(eip, gateway, mark, epoch, changed, holder, successor, reason, cause);
    }

    public Assignment withHolders(Optional<Holder> changed, Optional<Holder> next) {
        return new Assignment(eip, gateway, mark, epoch, step, changed, next, reason, cause);
    }

    public Assignment withReason(MoveReason changed) {
        return new Assignment(eip, gateway, mark, epoch, step, holder, successor, changed, cause);
    }

    public Assignment withCause(long changed) {
        return new Assignment(eip, gateway, mark, epoch, step, holder, successor, reason, changed);
    }
}
