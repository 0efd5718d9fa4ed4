package dev.baton.failover.core;

import dev.baton.contract.Eip;
import dev.baton.contract.EipMoveRequested;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.FleetSnapshot.FleetNode;
import dev.baton.contract.GatewayId;
import dev.baton.contract.Holder;
import dev.baton.contract.MoveReason;
import dev.baton.contract.NodeId;
import dev.baton.contract.RebalanceRequested;
import dev.baton.contract.RefusalReason;
import dev.baton.contract.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Moves that operators request. All of them are planned moves. */
final class Moves {
    private Moves() {}

    static void requested(Turn turn, EipMoveRequested move, long origin) {
        Optional<FleetEip> eip = Allocation.allocated(turn, move.address())
                .flatMap(id -> turn.state().eips().get(id));
        if (!Refusal.acceptOrRefuse(turn, origin, refusal(turn, move, eip))) {
            return;
        }
        FleetNode target = turn.state().nodes().get(move.to()).orElseThrow();
        var named = new Placement.Choice(Optional.of(new Holder(target.node(), target.incarnation())), List.of());
        Assignments.move(turn, eip.get(), named, MoveReason.OPERATOR);
    }

    private static Optional<Refusal> refusal(Turn turn, EipMoveRequested move, Optional<FleetEip> eip) {
        String subject = "move of " + move.address() + " to " + move.to();
        if (eip.isEmpty()) {
            return Optional.of(new Refusal(subject, RefusalReason.EIP_UNKNOWN, "no policy uses this address"));
        }
        Optional<FleetNode> target = turn.state().nodes().get(move.to());
        if (target.isEmpty()) {
            return Optional.of(new Refusal(subject, RefusalReason.NODE_UNKNOWN, "no node of this name is declared"));
        }
        if (eip.get()
                .assignment()
                .holder()
                .filter(h -> h.node().equals(move.to()))
                .isPresent()) {
            return Optional.of(new Refusal(subject, RefusalReason.ALREADY_THERE, "this node holds it already"));
        }
        if (!Assignments.canBeMoved(eip.get())) {
            return Optional.of(new Refusal(
                    subject,
                    RefusalReason.MOVE_IN_PROGRESS,
                    "its assignment is at step " + eip.get().assignment().step() + "; only from HELD can it move"));
        }
        Verdict verdict = Placement.verdict(turn, eip.get(), target.get());
        return verdict == Verdict.ELIGIBLE
                ? Optional.empty()
                : Optional.of(new Refusal(
                        subject, RefusalReason.TARGET_NOT_ELIGIBLE, "the node is " + verdict + ", not ELIGIBLE"));
    }

    static void rebalance(Turn turn, RebalanceRequested rebalance, long origin) {
        boolean known = turn.state().gateways().contains(rebalance.gateway());
        Optional<Refusal> refusal = known
                ? Optional.empty()
                : Optional.of(new Refusal(
                        "rebalance of gateway " + rebalance.gateway(),
                        RefusalReason.GATEWAY_UNKNOWN,
                        "no gateway of this name is declared"));
        if (!Refusal.acceptOrRefuse(turn, origin, refusal)) {
            return;
        }
        // Each round narrows the spread by moving one EIP, so there are at most as many rounds as EIPs.
        for (int round = turn.state().eips().size(); round > 0 && moveOne(turn, rebalance.gateway()); round--) {}
    }

    private static boolean moveOne(Turn turn, GatewayId gateway) {
        List<FleetEip> resting = resting(turn, gateway);
        for (FleetEip eip : byLoad(turn, resting)) {
            NodeId holder = eip.assignment().holder().orElseThrow().node();
            Placement.Choice choice = Placement.choose(turn, eip, Optional.empty());
            if (choice.holder().isPresent()
                    && turn.load(holder) - turn.load(choice.holder().get().node()) > 1) {
                Assignments.move(turn, eip, choice, MoveReason.REBALANCE);
                return true;
            }
        }
        return false;
    }

    private static List<FleetEip> resting(Turn turn, GatewayId gateway) {
        var resting = new ArrayList<FleetEip>();
        for (Table.Entry<Eip, FleetEip> eip : turn.state().eips()) {
            if (Assignments.canBeMoved(eip.value())
                    && eip.value().assignment().gateway().equals(gateway)) {
                resting.add(eip.value());
            }
        }
        return resting;
    }

    private static List<FleetEip> byLoad(Turn turn, List<FleetEip> resting) {
        var sorted = new ArrayList<>(resting);
        sorted.sort(Comparator.comparingInt((FleetEip eip) ->
                        -turn.load(eip.assignment().holder().orElseThrow().node()))
                .thenComparing(eip -> eip.assignment().eip()));
        return sorted;
    }
}
