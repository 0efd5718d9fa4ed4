package dev.baton.launcher.agent;

import dev.baton.contract.Incarnation;
import dev.baton.contract.IpAddress;
import dev.baton.contract.NodeId;
import dev.baton.contract.ParentInterface;
import dev.baton.contract.Tunnel;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Another agent that uses this node's name. Announcing a next incarnation tells the coordinator that the former one holds
 * nothing any more; of another machine's kernel nobody here knows that. So whoever finds the name taken keeps silent
 * until the other one is timed out, and says so.
 */
final class Namesake {
    private static final Logger log = LoggerFactory.getLogger(Namesake.class);

    private final NodeId node;
    private Incarnation told = Incarnation.NONE;
    private volatile boolean taken;

    Namesake(NodeId node) {
        this.node = node;
    }

    /**
     * Whether another one lives.
     *
     * @param shown what the coordinator says of the node
     * @param last the latest incarnation that this agent announced; NONE: of none it knows
     * @param here this machine's parent interface; empty: its datapath is not open, and its kernel not asked
     */
    boolean lives(Optional<Tunnel> shown, Incarnation last, Optional<ParentInterface> here) {
        Optional<Tunnel> other = shown.filter(tunnel -> isLive(tunnel)
                && tunnel.incarnation().supersedes(last)
                && (!last.equals(Incarnation.NONE) || isElsewhere(tunnel, here)));
        other.filter(tunnel -> !tunnel.incarnation().equals(told)).ifPresent(this::tell);
        taken = other.isPresent();
        return taken;
    }

    /** Whether it lived when that was asked last; for any thread. */
    boolean isTaken() {
        return taken;
    }

    private void tell(Tunnel other) {
        told = other.incarnation();
        log.error(
                "event=node_name_taken node={} by_incarnation={} at={} action=\"silent until that one is timed out;"
                        + " give each node a name of its own\"",
                node,
                other.incarnation(),
                addresses(other.parent()));
    }

    private static boolean isLive(Tunnel tunnel) {
        return !tunnel.incarnation().equals(Incarnation.NONE)
                && switch (tunnel.phase()) {
                    case INIT, READY, FAILED -> true;
                    case PENDING, HEARTBEAT_TIMEOUT, NODE_NOT_READY -> false;
                };
    }

    /** An agent that lost its run directory, on the machine where it was, has closed its kernel itself. */
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

    private static SortedSet<IpAddress> addresses(Optional<ParentInterface> parent) {
        var addresses = new TreeSet<IpAddress>();
        parent.flatMap(ParentInterface::ipv4).ifPresent(addresses::add);
        parent.flatMap(ParentInterface::ipv6).ifPresent(addresses::add);
        return addresses;
    }
}
