package dev.baton.failover.core;

import dev.baton.contract.Assignment;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.FleetSnapshot.FleetNode;
import dev.baton.contract.Holder;
import dev.baton.contract.MoveReason;
import dev.baton.contract.TunnelPhase;
import java.util.Optional;

/** Questions about the nodes that an assignment names. */
final class Holders {
    private Holders() {}

    /** Why the holder's authority is gone: its lease has surely lapsed, so a successor may acquire at once. */
    static Optional<MoveReason> lost(Turn turn, FleetEip eip) {
        Optional<Holder> holder = eip.assignment().holder();
        if (holder.isEmpty()) {
            return Optional.empty();
        }
        FleetNode node = turn.state().nodes().get(holder.get().node()).orElseThrow();
        if (node.incarnation().supersedes(holder.get().incarnation())) {
            return Optional.of(MoveReason.HOLDER_NEW_INCARNATION);
        }
        return node.live() == TunnelPhase.HEARTBEAT_TIMEOUT
                ? Optional.of(MoveReason.HOLDER_TIMED_OUT)
                : Optional.empty();
    }

    /** The holder's node as it is now: a lapsed lease may be followed by a new incarnation that takes the EIP again. */
    static Optional<Holder> sameNode(Turn turn, FleetEip eip) {
        return eip.assignment()
                .holder()
                .flatMap(holder -> turn.state().nodes().get(holder.node()))
                .map(node -> new Holder(node.node(), node.incarnation()));
    }

    /** Why the holder should give the EIP away in the planned way, while it lives. */
    static Optional<Situation> mustLeave(Turn turn, FleetEip eip) {
        Assignment assignment = eip.assignment();
        FleetNode node = turn.state()
                .nodes()
                .get(assignment.holder().orElseThrow().node())
                .orElseThrow();
        if (!Placement.isSelected(turn, assignment.gateway(), node)) {
            return Optional.of(new Situation(AssignmentEvent.HOLDER_NOT_SELECTED, MoveReason.HOLDER_NOT_SELECTED));
        }
        if (node.live() == TunnelPhase.FAILED) {
            return Optional.of(new Situation(AssignmentEvent.HOLDER_FAILED, MoveReason.HOLDER_FAILED));
        }
        if (turn.lacksInterface(node, assignment.eip())) {
            return Optional.of(new Situation(AssignmentEvent.HOLDER_FAILED, MoveReason.NO_INTERFACE));
        }
        if (node.leaving()) {
            return Optional.of(new Situation(AssignmentEvent.HOLDER_DRAINED, MoveReason.HOLDER_LEAVING));
        }
        if (turn.isUnreachable(node.node())) {
            return Optional.of(new Situation(AssignmentEvent.HOLDER_DRAINED, MoveReason.HOLDER_UNREACHABLE));
        }
        return node.isToBeEmptied()
                ? Optional.of(new Situation(AssignmentEvent.HOLDER_DRAINED, MoveReason.DRAIN))
                : Optional.empty();
    }

    /** Whether this very incarnation of the node could still be given the EIP. */
    static boolean isStillEligible(Turn turn, FleetEip eip, Optional<Holder> holder) {
        return holder.flatMap(named -> asNamed(turn, named))
                .filter(node -> Placement.isEligible(turn, eip, node))
                .isPresent();
    }

    /** The node, if it still is in this very incarnation. */
    static Optional<FleetNode> asNamed(Turn turn, Holder holder) {
        return turn.state()
                .nodes()
                .get(holder.node())
                .filter(node -> node.incarnation().equals(holder.incarnation()));
    }
}
