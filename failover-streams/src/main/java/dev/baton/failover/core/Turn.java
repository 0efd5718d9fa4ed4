package dev.baton.failover.core;

import dev.baton.contract.Assignment;
import dev.baton.contract.Decision;
import dev.baton.contract.Eip;
import dev.baton.contract.Epoch;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.FleetSnapshot.FleetGateway;
import dev.baton.contract.FleetSnapshot.FleetNode;
import dev.baton.contract.FleetSnapshot.FleetPolicy;
import dev.baton.contract.GatewayId;
import dev.baton.contract.Holder;
import dev.baton.contract.Mark;
import dev.baton.contract.NodeId;
import dev.baton.contract.PolicyId;
import dev.baton.contract.Sequenced.Origin;
import dev.baton.contract.Settings;
import dev.baton.contract.TickClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The folding of one entry: the state as far as it has come, and the decisions so far. Lives for one step and never
 * leaves it; what leaves is {@link Outcome}. It is what makes 1,000 EIPs of one dead node cost one pass, with the loads
 * counted once.
 */
final class Turn {
    private final long cause;
    private final boolean looksAtAll;
    private final List<Decision> decisions = new ArrayList<>();
    private FleetState state;
    private Optional<TreeMap<NodeId, Integer>> loads = Optional.empty();
    private Optional<Ignored> ignored = Optional.empty();
    private final TreeMap<GatewayId, List<FleetNode>> selected = new TreeMap<>(Comparator.comparing(GatewayId::value));
    private boolean room;

    /** @param looksAtAll for comparison: nothing is passed over because the entry cannot concern it */
    Turn(FleetState state, long cause, boolean looksAtAll) {
        this.state = state;
        this.cause = cause;
        this.looksAtAll = looksAtAll;
    }

    FleetState state() {
        return state;
    }

    /** Offset of the entry that is being folded. */
    long cause() {
        return cause;
    }

    /** Log time. */
    Duration now() {
        return state.clock().elapsed();
    }

    void decide(Decision decision) {
        decisions.add(decision);
    }

    void ignore(Ignored why) {
        ignored = Optional.of(why);
    }

    Outcome outcome() {
        return new Outcome(state, decisions, ignored);
    }

    Epoch nextEpoch() {
        Epoch next = state.lastEpoch().next();
        state = new Edit(state).lastEpoch(next).done();
        return next;
    }

    /** The nodes that a gateway selects, by name; found once for all EIPs that look for one. */
    List<FleetNode> selected(GatewayId gateway) {
        return selected.computeIfAbsent(gateway, this::select);
    }

    private List<FleetNode> select(GatewayId gateway) {
        var nodes = new ArrayList<FleetNode>();
        Optional<FleetGateway> known = state.gateways().get(gateway);
        if (known.isPresent()) {
            for (Table.Entry<NodeId, FleetNode> node : state.nodes()) {
                if (Placement.isSelected(known.get(), node.value())) {
                    nodes.add(node.value());
                }
            }
        }
        return nodes;
    }

    /** Whether an address may have become free, or a pool larger, in this turn. */
    boolean mayHaveRoom() {
        return room || looksAtAll;
    }

    boolean looksAtAll() {
        return looksAtAll;
    }

    void makeRoom() {
        room = true;
    }

    void put(FleetNode node) {
        selected.clear();
        state = new Edit(state).nodes(state.nodes().with(node.node(), node)).done();
    }

    void put(FleetGateway gateway) {
        selected.clear();
        state = new Edit(state)
                .gateways(state.gateways().with(gateway.spec().gateway(), gateway))
                .done();
    }

    void remove(GatewayId gateway) {
        selected.clear();
        state = new Edit(state).gateways(state.gateways().without(gateway)).done();
    }

    /** Whether some policy uses the EIP. */
    boolean isUsed(Eip eip) {
        return state.uses().contains(eip);
    }

    void put(FleetPolicy policy) {
        PolicyId id = policy.spec().policy();
        state = new Edit(state)
                .policies(state.policies().with(id, policy))
                .uses(recounted(state.policies().get(id), Optional.of(policy)))
                .done();
    }

    void remove(PolicyId policy) {
        state = new Edit(state)
                .policies(state.policies().without(policy))
                .uses(recounted(state.policies().get(policy), Optional.empty()))
                .done();
    }

    private Table<Eip, Integer> recounted(Optional<FleetPolicy> before, Optional<FleetPolicy> after) {
        Table<Eip, Integer> uses = state.uses();
        Optional<Eip> left = before.flatMap(FleetPolicy::eip);
        Optional<Eip> entered = after.flatMap(FleetPolicy::eip);
        if (left.equals(entered)) {
            return uses;
        }
        if (left.isPresent()) {
            uses = FleetState.counted(uses, left.get(), -1);
        }
        return entered.isPresent() ? FleetState.counted(uses, entered.get(), 1) : uses;
    }

    void put(FleetEip eip) {
        state.eips().get(eip.assignment().eip()).ifPresent(before -> count(before.assignment(), -1));
        count(eip.assignment(), 1);
        state = new Edit(state)
                .eips(state.eips().with(eip.assignment().eip(), eip))
                .done();
    }

    void remove(Eip eip) {
        room = true;
        state.eips().get(eip).ifPresent(before -> count(before.assignment(), -1));
        state = new Edit(state).eips(state.eips().without(eip)).done();
    }

    void put(Settings settings) {
        state = new Edit(state).settings(settings).done();
    }

    void put(TickClock clock) {
        state = new Edit(state).clock(clock).done();
    }

    void putHeartbeatsOrigin(Origin origin) {
        state = new Edit(state).heartbeatsOrigin(Optional.of(origin)).done();
    }

    void putDeclarationsOrigin(Origin origin) {
        state = new Edit(state).declarationsOrigin(Optional.of(origin)).done();
    }

    void lastNodeMark(Mark mark) {
        state = new Edit(state).lastNodeMark(Optional.of(mark)).done();
    }

    void lastEipMark(Mark mark) {
        state = new Edit(state).lastEipMark(Optional.of(mark)).done();
    }

    /** EIPs that the node holds or is about to. */
    int load(NodeId node) {
        if (loads.isEmpty()) {
            loads = Optional.of(new TreeMap<>());
            for (Table.Entry<Eip, FleetEip> eip : state.eips()) {
                count(eip.value().assignment(), 1);
            }
        }
        return loads.get().getOrDefault(node, 0);
    }

    private void count(Assignment assignment, int by) {
        if (loads.isPresent()) {
            Optional<Holder> bearer = assignment.successor().or(assignment::holder);
            bearer.ifPresent(holder -> loads.get().merge(holder.node(), by, Integer::sum));
        }
    }
}
