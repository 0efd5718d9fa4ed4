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
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The folding of one entry: the state as far as it has come, and the decisions so far. Lives for one step and never
 * leaves it; what leaves is {@link Outcome}. It is what makes 1,000 EIPs of one dead node cost one pass, with the loads
 * counted once.
 */
final class Turn {
    private final long cause;
    private final List<Decision> decisions = new ArrayList<>();
    private FleetState state;
    private Optional<TreeMap<NodeId, Integer>> loads = Optional.empty();
    private Optional<Ignored> ignored = Optional.empty();
    private Optional<TreeSet<Eip>> used = Optional.empty();

    Turn(FleetState state, long cause) {
        this.state = state;
        this.cause = cause;
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

    void put(FleetNode node) {
        state = new Edit(state).nodes(state.nodes().with(node.node(), node)).done();
    }

    void put(FleetGateway gateway) {
        state = new Edit(state)
                .gateways(state.gateways().with(gateway.spec().gateway(), gateway))
                .done();
    }

    void remove(GatewayId gateway) {
        state = new Edit(state).gateways(state.gateways().without(gateway)).done();
    }

    /** Whether some policy uses the EIP. */
    boolean isUsed(Eip eip) {
        if (used.isEmpty()) {
            var eips = new TreeSet<Eip>();
            for (Table.Entry<PolicyId, FleetPolicy> policy : state.policies()) {
                policy.value().eip().ifPresent(eips::add);
            }
            used = Optional.of(eips);
        }
        return used.get().contains(eip);
    }

    void put(FleetPolicy policy) {
        used = Optional.empty();
        state = new Edit(state)
                .policies(state.policies().with(policy.spec().policy(), policy))
                .done();
    }

    void remove(PolicyId policy) {
        used = Optional.empty();
        state = new Edit(state).policies(state.policies().without(policy)).done();
    }

    void put(FleetEip eip) {
        state.eips().get(eip.assignment().eip()).ifPresent(before -> count(before.assignment(), -1));
        count(eip.assignment(), 1);
        state = new Edit(state)
                .eips(state.eips().with(eip.assignment().eip(), eip))
                .done();
    }

    void remove(Eip eip) {
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
