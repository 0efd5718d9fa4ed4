package dev.baton.failover.core;

import dev.baton.contract.Beginning;
import dev.baton.contract.Decision.EipAssigned;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.FleetSnapshot.FleetGateway;
import dev.baton.contract.FleetSnapshot.FleetNode;
import dev.baton.contract.FleetSnapshot.FleetPolicy;
import dev.baton.contract.ImportBegun;
import dev.baton.contract.ImportEnded;
import dev.baton.contract.ImportPart;
import dev.baton.contract.Incarnation;
import dev.baton.contract.NodeId;
import dev.baton.contract.RefusalReason;
import dev.baton.contract.TickClock;
import dev.baton.contract.TunnelPhase;
import java.util.List;
import java.util.Optional;

/**
 * Takes over the state of another log, part by part. Its holders hold on: none is timed out before it was heard in this
 * log, and one that comes over is another incarnation, to which its EIPs are given again. So no lease of the other log
 * has to be waited out.
 */
final class Imports {
    private Imports() {}

    static void take(Turn turn, ImportPart part, long origin) {
        if (Refusal.acceptOrRefuse(turn, origin, refusal(turn.state(), part))) {
            switch (part) {
                case ImportBegun begun -> turn.put(begun(turn.state(), begun));
                case FleetNode node -> turn.put(node(turn.state(), node));
                case FleetGateway gateway -> turn.put(gateway);
                case FleetPolicy policy -> turn.put(policy);
                case FleetEip eip -> {
                    FleetEip here = decidedHere(turn, eip);
                    turn.put(here);
                    turn.decide(new EipAssigned(here.assignment(), Optional.empty(), List.of()));
                }
                case ImportEnded ended -> turn.put(Beginning.OVER);
            }
        }
    }

    private static Optional<Refusal> refusal(FleetState state, ImportPart part) {
        boolean begun = state.beginning() == Beginning.IMPORTING;
        return switch (part) {
            case ImportBegun begins ->
                begun || isEmpty(state) && !state.sealed()
                        ? Optional.empty()
                        : Optional.of(refusal(
                                state,
                                RefusalReason.FLEET_NOT_EMPTY,
                                "something was declared in it already: " + contents(state)
                                        + ". Import before anything else is declared, or under another name"));
            case ImportEnded ended -> begun ? missing(state, ended) : Optional.of(notBegun(state));
            case FleetNode _, FleetGateway _, FleetPolicy _, FleetEip _ ->
                begun ? Optional.empty() : Optional.of(notBegun(state));
        };
    }

    private static boolean isEmpty(FleetState state) {
        return state.gateways().size() == 0
                && state.policies().size() == 0
                && state.eips().size() == 0
                && state.nodes().values().stream().noneMatch(FleetNode::declared);
    }

    private static String contents(FleetState state) {
        long nodes = state.nodes().values().stream().filter(FleetNode::declared).count();
        return nodes + " nodes, " + state.gateways().size() + " gateways, "
                + state.policies().size() + " policies, " + state.eips().size() + " EIPs";
    }

    private static Optional<Refusal> missing(FleetState state, ImportEnded ended) {
        boolean whole = ended.gateways() == state.gateways().size()
                && ended.policies() == state.policies().size()
                && ended.eips() == state.eips().size()
                && ended.nodes() <= state.nodes().size();
        return whole
                ? Optional.empty()
                : Optional.of(refusal(
                        state,
                        RefusalReason.IMPORT_INCOMPLETE,
                        "it has " + contents(state) + ", but " + ended.nodes() + " nodes, " + ended.gateways()
                                + " gateways, " + ended.policies() + " policies and " + ended.eips()
                                + " EIPs were to come. Import again"));
    }

    private static Refusal notBegun(FleetState state) {
        return refusal(state, RefusalReason.IMPORT_INCOMPLETE, "no import has begun. Import from the beginning");
    }

    private static Refusal refusal(FleetState state, RefusalReason reason, String detail) {
        return new Refusal("fleet " + state.fleet(), reason, detail);
    }

    /** An import that did not end is forgotten; what nodes said of themselves in this log stays. */
    private static FleetState begun(FleetState state, ImportBegun begun) {
        Table<NodeId, FleetNode> heard = Table.empty();
        for (FleetNode node : state.nodes().values()) {
            if (isHeard(node)) {
                heard = heard.with(node.node(), Nodes.asHeardOnly(node));
            }
        }
        TickClock clock = state.clock();
        return new Edit(state)
                .settings(begun.settings())
                .clock(new TickClock(clock.ticker(), clock.generation(), clock.sequence(), begun.elapsed()))
                .lastEpoch(begun.lastEpoch())
                .lastNodeMark(begun.lastNodeMark())
                .lastEipMark(begun.lastEipMark())
                .nodes(heard, Reachability.of(heard.values()))
                .gateways(Table.empty())
                .policies(Table.empty())
                .eips(Table.empty())
                .uses(Table.empty())
                .networks(begun.networks())
                .beginning(Beginning.IMPORTING)
                .rules(begun.rules().isAfter(state.rules()) ? begun.rules() : state.rules())
                .done();
    }

    private static boolean isHeard(FleetNode node) {
        return !node.incarnation().equals(Incarnation.NONE) && node.live() != TunnelPhase.INIT;
    }

    /** What it says of itself in this log is newer than what it said in the other one. */
    private static FleetNode node(FleetState state, FleetNode from) {
        Optional<FleetNode> heard = state.nodes().get(from.node()).filter(Imports::isHeard);
        TunnelPhase live = heard.map(FleetNode::live).orElse(TunnelPhase.INIT);
        return new FleetNode(
                from.node(),
                from.declared(),
                from.labels(),
                from.kubernetesReady(),
                from.draining(),
                from.cordoned(),
                heard.map(FleetNode::leaving).orElse(false),
                from.tunnel(),
                live,
                from.tunnel().isPresent() ? live : TunnelPhase.PENDING,
                heard.map(FleetNode::reason).orElse(from.reason()),
                heard.map(FleetNode::fault).orElse(from.fault()),
                heard.map(FleetNode::incarnation).orElse(from.incarnation()),
                heard.map(FleetNode::foldedOffset).orElse(-1L),
                heard.flatMap(FleetNode::parent).or(from::parent),
                heard.map(FleetNode::lineage).orElse(from.lineage()),
                heard.map(FleetNode::reads).orElse(from.reads()));
    }

    /** Offsets of the other log mean nothing in this one. */
    private static FleetEip decidedHere(Turn turn, FleetEip eip) {
        return new FleetEip(eip.assignment().withCause(turn.cause()), eip.deadline(), eip.alerted(), eip.quarantined());
    }
}
