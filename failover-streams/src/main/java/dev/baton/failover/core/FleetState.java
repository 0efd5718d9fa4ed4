package dev.baton.failover.core;

import dev.baton.contract.Beginning;
import dev.baton.contract.ClusterNetworksDeclared;
import dev.baton.contract.Eip;
import dev.baton.contract.Epoch;
import dev.baton.contract.FleetId;
import dev.baton.contract.FleetSnapshot;
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
import dev.baton.contract.TunnelPhase;
import java.util.List;
import java.util.Optional;

/**
 * State of the coordination fold: nothing but the fold of the fleet log.
 *
 * @param lineage of the log; empty: its writers drew none
 * @param beginning what is known of leases that were granted before the log began
 * @param sealed whether it decides nothing, so that it can be carried to another log
 * @param rules by which the log is folded
 * @param reachability of the nodes; follows from what they say
 * @param uses how many policies use each EIP; follows from the policies, and is kept because every entry needs it
 */
public record FleetState(
        FleetId fleet,
        Settings settings,
        TickClock clock,
        Optional<Origin> heartbeatsOrigin,
        Optional<Origin> declarationsOrigin,
        Epoch lastEpoch,
        Optional<Mark> lastNodeMark,
        Optional<Mark> lastEipMark,
        Table<NodeId, FleetNode> nodes,
        Reachability reachability,
        Table<GatewayId, FleetGateway> gateways,
        Table<PolicyId, FleetPolicy> policies,
        Table<Eip, FleetEip> eips,
        Table<Eip, Integer> uses,
        Optional<ClusterNetworksDeclared> networks,
        Optional<Lineage> lineage,
        Beginning beginning,
        boolean sealed,
        Rules rules) {

    public static FleetState start(FleetId fleet) {
        return new FleetState(
                fleet,
                Settings.DEFAULT,
                TickClock.START,
                Optional.empty(),
                Optional.empty(),
                Epoch.NONE,
                Optional.empty(),
                Optional.empty(),
                Table.empty(),
                Reachability.UNKNOWN,
                Table.empty(),
                Table.empty(),
                Table.empty(),
                Table.empty(),
                Optional.empty(),
                Optional.empty(),
                Beginning.OVER,
                false,
                Rules.FIRST);
    }

    public static FleetState of(FleetSnapshot snapshot) {
        Table<NodeId, FleetNode> nodes = Table.empty();
        for (FleetNode node : snapshot.nodes()) {
            nodes = nodes.with(node.node(), node);
        }
        Table<GatewayId, FleetGateway> gateways = Table.empty();
        for (FleetGateway gateway : snapshot.gateways()) {
            gateways = gateways.with(gateway.spec().gateway(), gateway);
        }
        Table<PolicyId, FleetPolicy> policies = Table.empty();
        Table<Eip, Integer> uses = Table.empty();
        for (FleetPolicy policy : snapshot.policies()) {
            policies = policies.with(policy.spec().policy(), policy);
            if (policy.eip().isPresent()) {
                uses = counted(uses, policy.eip().get(), 1);
            }
        }
        Table<Eip, FleetEip> eips = Table.empty();
        for (FleetEip eip : snapshot.eips()) {
            eips = eips.with(eip.assignment().eip(), eip);
        }
        return new FleetState(
                snapshot.fleet(),
                snapshot.settings(),
                snapshot.clock(),
                snapshot.heartbeatsOrigin(),
                snapshot.declarationsOrigin(),
                snapshot.lastEpoch(),
                snapshot.lastNodeMark(),
                snapshot.lastEipMark(),
                nodes,
                Reachability.of(snapshot.nodes()),
                gateways,
                policies,
                eips,
                uses,
                snapshot.networks(),
                snapshot.lineage(),
                snapshot.beginning(),
                snapshot.sealed(),
                snapshot.rules());
    }

    /** The uses after one more or one less of this EIP; an unused EIP has no entry. */
    static Table<Eip, Integer> counted(Table<Eip, Integer> uses, Eip eip, int by) {
        int count = uses.get(eip).orElse(0) + by;
        return count == 0 ? uses.without(eip) : uses.with(eip, count);
    }

    /** @param offset of the first entry that this state has not folded */
    public FleetSnapshot snapshot(long offset) {
        return new FleetSnapshot(
                fleet,
                offset,
                settings,
                clock,
                heartbeatsOrigin,
                declarationsOrigin,
                lastEpoch,
                lastNodeMark,
                lastEipMark,
                nodes.values(),
                gateways.values(),
                policies.values(),
                eips.values(),
                networks,
                lineage,
                beginning,
                sealed,
                rules);
    }

    /** Whether no entry changed anything yet: each of them has an origin, or is a tick. */
    boolean isFresh() {
        return heartbeatsOrigin.isEmpty() && declarationsOrigin.isEmpty() && clock.equals(TickClock.START);
    }

    /** The nodes that live, and say that they obey the log of another lineage. */
    public List<FleetNode> obeyingAnother() {
        return nodes.values().stream()
                .filter(node -> node.lineage().isPresent() && !node.lineage().equals(lineage))
                .filter(node -> node.live() != TunnelPhase.HEARTBEAT_TIMEOUT)
                .toList();
    }

    /** Whether an acknowledgement is awaited or a pause will end: only then does this fold need ticks. */
    public boolean waitsForTime() {
        if (Standstill.is(this)) {
            return false;
        }
        for (Table.Entry<Eip, FleetEip> eip : eips) {
            if (eip.value().deadline().isPresent()) {
                return true;
            }
        }
        return false;
    }
}
