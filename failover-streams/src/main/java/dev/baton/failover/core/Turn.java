package dev.baton.failover.core;

import dev.baton.contract.Beginning;
import dev.baton.contract.ClusterNetworksDeclared;
import dev.baton.contract.DatapathMode;
import dev.baton.contract.Decision;
import dev.baton.contract.Eip;
import dev.baton.contract.Epoch;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.FleetSnapshot.FleetGateway;
import dev.baton.contract.FleetSnapshot.FleetNode;
import dev.baton.contract.FleetSnapshot.FleetPolicy;
import dev.baton.contract.GatewayId;
import dev.baton.contract.Lineage;
import dev.baton.contract.Mark;
import dev.baton.contract.NodeId;
import dev.baton.contract.PolicyId;
import dev.baton.contract.Rules;
import dev.baton.contract.Sequenced.Origin;
import dev.baton.contract.Settings;
import dev.baton.contract.TickClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The folding of one entry of the fleet log: the state as changed so far, and the decisions made so far. Every rule of
 * this package takes it as its first argument and writes to it. It lives for one entry; {@link #outcome} is what
 * remains. What the rules ask for again and again ({@link Loads}, {@link SelectedNodes}) is counted once per entry.
 */
final class Turn {
    private final long cause;
    private final boolean looksAtAll;
    private final List<Decision> decisions = new ArrayList<>();
    private FleetState state;
    private final Loads loads = new Loads();
    private final SelectedNodes selected = new SelectedNodes();
    private final Segments segments = new Segments();
    private Optional<Ignored> ignored = Optional.empty();
    private boolean room;
    private boolean networksChanged;
    private boolean modesChanged;
    private boolean reachabilityChanged;

    /** @param looksAtAll evaluate every EIP, also those that the entry cannot affect; only for comparison in tests */
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

    /** The nodes that a gateway selects, by name. */
    List<FleetNode> selected(GatewayId gateway) {
        return selected.of(gateway, state);
    }

    /** Whether the node has no interface for the EIP, although other nodes have one. */
    boolean lacksInterface(FleetNode node, Eip eip) {
        return state.rules().include(Rules.SEGMENTS) && segments.lacks(node, eip, state);
    }

    /** Whether most of the nodes that probe the path to the node have lost it. */
    boolean isUnreachable(NodeId node) {
        return state.rules().include(Rules.PATHS) && state.reachability().isUnreachable(node);
    }

    /** Whether the node's agent only records, although the agent of another node of the gateway acts. */
    boolean recordsOnly(FleetNode node, GatewayId gateway) {
        return state.rules().include(Rules.MODES) && node.records() && selected.anyActs(gateway, state);
    }

    /** Whether an address may have become free, or a pool larger, by this entry. */
    boolean mayHaveRoom() {
        return room || looksAtAll;
    }

    /** Whether any EIP may be affected, not only those that the entry names. */
    boolean looksAtAll() {
        return looksAtAll
                || (modesChanged && state.rules().include(Rules.MODES))
                || (networksChanged && state.rules().include(Rules.SEGMENTS))
                || (reachabilityChanged && state.rules().include(Rules.PATHS));
    }

    void makeRoom() {
        room = true;
    }

    void put(FleetNode node) {
        selected.forget();
        segments.forget();
        Optional<FleetNode> known = state.nodes().get(node.node());
        networksChanged |= !known.map(FleetNode::networks).orElse(List.of()).equals(node.networks());
        modesChanged |= known.map(FleetNode::mode).orElse(DatapathMode.UNSAID) != node.mode();
        Reachability before = state.reachability();
        Reachability after = known.map(one -> before.with(one, node)).orElseGet(() -> before.with(node));
        reachabilityChanged |= !after.unreachable().equals(before.unreachable());
        state = new Edit(state)
                .nodes(state.nodes().with(node.node(), node), after)
                .done();
    }

    void put(FleetGateway gateway) {
        selected.forget();
        segments.forget();
        state = new Edit(state)
                .gateways(state.gateways().with(gateway.spec().gateway(), gateway))
                .done();
    }

    void remove(GatewayId gateway) {
        selected.forget();
        segments.forget();
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
        loads.changed(state.eips().get(eip.assignment().eip()), Optional.of(eip));
        state = new Edit(state)
                .eips(state.eips().with(eip.assignment().eip(), eip))
                .done();
    }

    void remove(Eip eip) {
        room = true;
        loads.changed(state.eips().get(eip), Optional.empty());
        state = new Edit(state).eips(state.eips().without(eip)).done();
    }

    void put(Lineage drawn, Beginning beginning) {
        state = new Edit(state).lineage(drawn).beginning(beginning).done();
    }

    void put(Beginning beginning) {
        state = new Edit(state).beginning(beginning).done();
    }

    /** Everything changes. */
    void put(FleetState another) {
        selected.forget();
        segments.forget();
        state = another;
    }

    void seal(boolean sealed) {
        state = new Edit(state).sealed(sealed).done();
    }

    void put(Rules adopted) {
        state = new Edit(state).rules(adopted).done();
    }

    void put(Settings settings) {
        state = new Edit(state).settings(settings).done();
    }

    void put(ClusterNetworksDeclared networks) {
        state = new Edit(state).networks(Optional.of(networks)).done();
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

    /** How many EIPs the node holds or is about to hold. */
    int load(NodeId node) {
        return loads.of(node, state.eips());
    }

    /** Whether some node holds, or is about to hold, an EIP of the gateway. */
    boolean isAnyHeldOf(GatewayId gateway) {
        return loads.of(gateway, state.eips()) > 0;
    }
}
