package dev.baton.agent.core;

import dev.baton.contract.Incarnation;
import dev.baton.contract.Lineage;
import dev.baton.contract.NodeId;
import dev.baton.contract.ParentInterface;
import dev.baton.contract.Rules;
import dev.baton.contract.Tunnel;
import dev.baton.contract.TunnelPhase;
import java.util.Optional;

/**
 * What the logs said so far, as far as it decides what the agent does next.
 *
 * @param caughtUp whether they were read to where they ended when that was last asked for
 * @param changed whether anything was read that the datapath was not brought to
 * @param cause offset of the fleet log that the newest thing read follows from; -1 before the first
 * @param own what the coordinator says of this node
 * @param lineage that is obeyed; empty: none was read
 * @param rules in force, as far as was read
 */
public record ReadSoFar(
        boolean caughtUp,
        boolean changed,
        long cause,
        Optional<Tunnel> own,
        Optional<Lineage> lineage,
        Rules rules,
        OwedAcknowledgements owed) {

    static ReadSoFar nothing(NodeId node, Optional<Lineage> lineage) {
        return new ReadSoFar(false, true, -1, Optional.empty(), lineage, Rules.FIRST, OwedAcknowledgements.none(node));
    }

    ReadSoFar after(Input.News news, long nowNanos) {
        return new ReadSoFar(
                caughtUp,
                true,
                news.cause(),
                news.own(),
                news.lineage(),
                news.rules(),
                owed.after(news.assignments(), nowNanos));
    }

    ReadSoFar caughtUp(boolean is) {
        return new ReadSoFar(is, changed, cause, own, lineage, rules, owed);
    }

    /** All that was read is being obeyed now. */
    ReadSoFar taken() {
        return new ReadSoFar(caughtUp, false, cause, own, lineage, rules, owed);
    }

    ReadSoFar with(OwedAcknowledgements settled) {
        return new ReadSoFar(caughtUp, changed, cause, own, lineage, rules, settled);
    }

    /** The datapath is to be brought to something else than before, although nothing was read. */
    ReadSoFar unsettled() {
        return new ReadSoFar(caughtUp, true, cause, own, lineage, rules, owed);
    }

    /** The highest incarnation of this node that the coordinator has shown. */
    Incarnation shown() {
        return own.map(Tunnel::incarnation).orElse(Incarnation.NONE);
    }

    /**
     * Whether the coordinator has given this incarnation up, or knows a later one: then whatever lease is thought to
     * run, it gives no right. Happens when two machines use one name, or a lost run directory led to a number used
     * before.
     */
    boolean isGivenUp(Incarnation incarnation, Optional<ParentInterface> here) {
        return caughtUp
                && own.filter(tunnel -> tunnel.incarnation().supersedes(incarnation)
                                || NameConflict.isElsewhere(tunnel, here)
                                || (tunnel.incarnation().equals(incarnation) && isTimedOut(tunnel.phase())))
                        .isPresent();
    }

    /**
     * Whether the coordinator has shown this incarnation at an address of this machine. As long as it has not, what is
     * given to the incarnation may be meant for another machine of this name, which drew the same number.
     */
    boolean isAccepted(Incarnation incarnation, Optional<ParentInterface> here) {
        return own.filter(tunnel -> tunnel.incarnation().equals(incarnation))
                .flatMap(Tunnel::parent)
                .filter(shown -> here.filter(
                                ours -> ours.meets(shown) || ours.addresses().equals(shown.addresses()))
                        .isPresent())
                .isPresent();
    }

    private static boolean isTimedOut(TunnelPhase phase) {
        return phase == TunnelPhase.HEARTBEAT_TIMEOUT || phase == TunnelPhase.NODE_NOT_READY;
    }
}
