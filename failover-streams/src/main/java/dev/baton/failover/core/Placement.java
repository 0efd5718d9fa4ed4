package dev.baton.failover.core;

import dev.baton.contract.Decision.Candidate;
import dev.baton.contract.Eip;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.FleetSnapshot.FleetGateway;
import dev.baton.contract.FleetSnapshot.FleetNode;
import dev.baton.contract.GatewayId;
import dev.baton.contract.Holder;
import dev.baton.contract.NodeId;
import dev.baton.contract.TunnelPhase;
import dev.baton.contract.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Chooses the node for an EIP: the eligible node with the fewest EIPs; among equals by rendezvous hash of (EIP,
 * node), so that every repetition gives the same choice and EIPs spread over nodes of equal load; then by name.
 */
final class Placement {
    private static final int WITNESSES = 2;

    private Placement() {}

    /** A choice, and the verdict on every node that the gateway selects; no holder if no node is eligible. */
    record Choice(Optional<Holder> holder, List<Candidate> candidates) {
        static final Choice NONE = new Choice(Optional.empty(), List.of());
    }

    /** @param preferred chosen whatever the loads, if this very incarnation is eligible */
    static Choice choose(Turn turn, FleetEip eip, Optional<Holder> preferred) {
        return choose(turn, eip, preferred, Verdict.ELIGIBLE);
    }

    /**
     * The choice for an EIP that nobody holds: draining nodes are used only if no other node is eligible, and nodes
     * that others cannot reach only after these. So such a node keeps its EIP if no better one is there.
     */
    static Choice chooseLastResort(Turn turn, FleetEip eip, Optional<Holder> preferred) {
        for (Verdict least : List.of(Verdict.ELIGIBLE, Verdict.DRAINING)) {
            Choice choice = choose(turn, eip, preferred, least);
            if (choice.holder().isPresent()) {
                return choice;
            }
        }
        return choose(turn, eip, preferred, Verdict.UNREACHABLE);
    }

    private static Choice choose(Turn turn, FleetEip eip, Optional<Holder> preferred, Verdict least) {
        Optional<FleetNode> best = preferred
                .flatMap(holder -> Holders.asNamed(turn, holder))
                .filter(node -> verdict(turn, eip, node) == least)
                .or(() -> best(turn, eip, least));
        var candidates = new ArrayList<Candidate>();
        for (FleetNode node : turn.selected(eip.assignment().gateway())) {
            boolean chosen = best.isPresent() && best.get().node().equals(node.node());
            Verdict verdict = chosen ? Verdict.CHOSEN : verdictOfSelected(turn, eip, node);
            candidates.add(new Candidate(node.node(), verdict, turn.load(node.node())));
        }
        return new Choice(best.map(node -> new Holder(node.node(), node.incarnation())), candidates);
    }

    private static Optional<FleetNode> best(Turn turn, FleetEip eip, Verdict least) {
        Optional<FleetNode> best = Optional.empty();
        for (FleetNode node : turn.selected(eip.assignment().gateway())) {
            if (verdictOfSelected(turn, eip, node) == least
                    && (best.isEmpty() || isBetter(turn, eip, node, best.get()))) {
                best = Optional.of(node);
            }
        }
        return best;
    }

    static boolean isEligible(Turn turn, FleetEip eip, FleetNode node) {
        return verdict(turn, eip, node) == Verdict.ELIGIBLE;
    }

    /** Whether the node could take an EIP that nobody holds, at least as the last resort. */
    static boolean mayTake(Turn turn, FleetEip eip, FleetNode node) {
        Verdict verdict = verdict(turn, eip, node);
        return verdict == Verdict.ELIGIBLE || verdict == Verdict.DRAINING || verdict == Verdict.UNREACHABLE;
    }

    static Verdict verdict(Turn turn, FleetEip eip, FleetNode node) {
        if (!isSelected(turn, eip.assignment().gateway(), node)) {
            return Verdict.NOT_SELECTED;
        }
        return verdictOfSelected(turn, eip, node);
    }

    private static Verdict verdictOfSelected(Turn turn, FleetEip eip, FleetNode node) {
        if (node.live() != TunnelPhase.READY || node.tunnel().isEmpty()) {
            return Verdict.NOT_READY;
        }
        if (turn.state().rules().isAfter(node.reads())) {
            return Verdict.AGENT_TOO_OLD;
        }
        if (!node.kubernetesReady()) {
            return Verdict.NODE_NOT_READY;
        }
        if (turn.lacksInterface(node, eip.assignment().eip())) {
            return Verdict.NO_INTERFACE;
        }
        if (turn.recordsOnly(node, eip.assignment().gateway())) {
            return Verdict.RECORDS_ONLY;
        }
        if (node.leaving()) {
            return Verdict.LEAVING;
        }
        boolean quarantined =
                eip.quarantined().stream().anyMatch(q -> q.node().equals(node.node()) && q.lastsAt(turn.now()));
        if (quarantined) {
            // Before draining: a draining node that has just failed is no last resort, or it would be asked without
            // end.
            return Verdict.QUARANTINED;
        }
        if (isInUse(turn, eip)) {
            return Verdict.ADDRESS_IN_USE;
        }
        if (turn.isUnreachable(node.node())) {
            return Verdict.UNREACHABLE;
        }
        return node.isToBeEmptied() ? Verdict.DRAINING : Verdict.ELIGIBLE;
    }

    /** Another machine has the address, as two nodes have heard: it need not be asked on each of hundreds. */
    private static boolean isInUse(Turn turn, FleetEip eip) {
        return eip.quarantined().stream()
                        .filter(q -> q.owner().isPresent() && q.lastsAt(turn.now()))
                        .count()
                >= WITNESSES;
    }

    static boolean isSelected(Turn turn, GatewayId gateway, FleetNode node) {
        Optional<FleetGateway> known = turn.state().gateways().get(gateway);
        return known.isPresent() && isSelected(known.get(), node);
    }

    static boolean isSelected(FleetGateway gateway, FleetNode node) {
        return node.declared() && gateway.spec().nodeSelector().matches(node.labels());
    }

    private static boolean isBetter(Turn turn, FleetEip eip, FleetNode node, FleetNode best) {
        int byLoad = Integer.compare(turn.load(node.node()), turn.load(best.node()));
        if (byLoad != 0) {
            return byLoad < 0;
        }
        int byRank = Long.compareUnsigned(
                rank(eip.assignment().eip(), node.node()), rank(eip.assignment().eip(), best.node()));
        return byRank > 0;
    }

    /** Rendezvous rank: 64-bit FNV-1a of {@code eip|node}, then the finaliser of SplitMix64 to spread its low bits. */
    static long rank(Eip eip, NodeId node) {
        String text = eip + "|" + node;
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
        hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
        return hash ^ (hash >>> 31);
    }
}
