package dev.baton.agent.core;

import dev.baton.contract.Incarnation;
import dev.baton.contract.ParentInterface;
import dev.baton.contract.Tunnel;
import java.util.Optional;

/**
 * Another agent that uses this node's name. Announcing a next incarnation tells the coordinator that the former one
 * holds nothing any more, but this process cannot know what another machine's kernel still holds. So an agent that
 * finds its name taken keeps silent until the other one is timed out.
 *
 * @param by the other agent, as the coordinator showed it when that was last looked at; empty: the name was free
 */
public record NameConflict(Optional<Tunnel> by) {
    static final NameConflict NONE = new NameConflict(Optional.empty());

    /**
     * @param shown what the coordinator says of the node
     * @param last the latest incarnation that this agent announced; NONE: it knows of none
     * @param here this machine's parent interface; empty: its datapath is not open, and its kernel not asked
     */
    static NameConflict of(Optional<Tunnel> shown, Incarnation last, Optional<ParentInterface> here) {
        return new NameConflict(shown.filter(tunnel -> isElsewhere(tunnel, here)
                || (isLive(tunnel)
                        && tunnel.incarnation().supersedes(last)
                        && (!last.equals(Incarnation.NONE) || here.isEmpty()))));
    }

    /**
     * Whether the coordinator takes another machine for this node: one that lives, and has no address in common with
     * this one. An agent that lost its run directory, on the machine where it was, has withdrawn in its kernel itself.
     */
    static boolean isElsewhere(Tunnel shown, Optional<ParentInterface> here) {
        return isLive(shown)
                && shown.parent()
                        .filter(there -> !there.addresses().isEmpty())
                        .filter(there -> here.filter(ours -> !ours.addresses().isEmpty() && !ours.meets(there))
                                .isPresent())
                        .isPresent();
    }

    public boolean isTaken() {
        return by.isPresent();
    }

    /**
     * Who is only starting holds nothing yet. A node that was imported into a new log counts as starting until it is
     * heard there, and nobody times it out.
     */
    private static boolean isLive(Tunnel tunnel) {
        return !tunnel.incarnation().equals(Incarnation.NONE)
                && switch (tunnel.phase()) {
                    case READY, FAILED -> true;
                    case INIT, PENDING, HEARTBEAT_TIMEOUT, NODE_NOT_READY -> false;
                };
    }
}
