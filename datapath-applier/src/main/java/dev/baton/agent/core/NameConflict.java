package dev.baton.agent.core;

import dev.baton.contract.Incarnation;
import dev.baton.contract.IpAddress;
import dev.baton.contract.ParentInterface;
import dev.baton.contract.Tunnel;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

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
        return new NameConflict(shown.filter(tunnel -> isLive(tunnel)
                && tunnel.incarnation().supersedes(last)
                && (!last.equals(Incarnation.NONE) || isElsewhere(tunnel, here))));
    }

    public boolean isTaken() {
        return by.isPresent();
    }

    private static boolean isLive(Tunnel tunnel) {
        return !tunnel.incarnation().equals(Incarnation.NONE)
                && switch (tunnel.phase()) {
                    case INIT, READY, FAILED -> true;
                    case PENDING, HEARTBEAT_TIMEOUT, NODE_NOT_READY -> false;
                };
    }

    /** An agent that lost its run directory, on the machine where it was, has withdrawn in its kernel itself. */
    private static boolean isElsewhere(Tunnel tunnel, Optional<ParentInterface> here) {
        if (here.isEmpty()) {
            return true;
        }
        SortedSet<IpAddress> there = addresses(tunnel.parent());
        SortedSet<IpAddress> ours = addresses(here);
        boolean known = !there.isEmpty() && !ours.isEmpty();
        there.retainAll(ours);
        return known && there.isEmpty();
    }

    /** The addresses of a parent interface, in both families. */
    public static SortedSet<IpAddress> addresses(Optional<ParentInterface> parent) {
        var addresses = new TreeSet<IpAddress>();
        parent.flatMap(ParentInterface::ipv4).ifPresent(addresses::add);
        parent.flatMap(ParentInterface::ipv6).ifPresent(addresses::add);
        return addresses;
    }
}
