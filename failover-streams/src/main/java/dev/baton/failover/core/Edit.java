package dev.baton.failover.core;

import dev.baton.contract.Beginning;
import dev.baton.contract.ClusterNetworksDeclared;
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
import java.util.Optional;

/** A changed copy of a {@link FleetState}: names what changes, copies the rest. */
final class Edit {
    private final FleetState before;
    private Settings settings;
    private TickClock clock;
    private Optional<Origin> heartbeatsOrigin;
    private Optional<Origin> declarationsOrigin;
    private Epoch lastEpoch;
    private Optional<Mark> lastNodeMark;
    private Optional<Mark> lastEipMark;
    private Table<NodeId, FleetNode> nodes;
    private Reachability reachability;
    private Table<GatewayId, FleetGateway> gateways;
    private Table<PolicyId, FleetPolicy> policies;
    private Table<Eip, FleetEip> eips;
    private Table<Eip, Integer> uses;
    private Optional<ClusterNetworksDeclared> networks;
    private Optional<Lineage> lineage;
    private Beginning beginning;
    private boolean sealed;
    private Rules rules;

    Edit(FleetState before) {
        this.before = before;
        this.settings = before.settings();
        this.clock = before.clock();
        this.heartbeatsOrigin = before.heartbeatsOrigin();
        this.declarationsOrigin = before.declarationsOrigin();
        this.lastEpoch = before.lastEpoch();
        this.lastNodeMark = before.lastNodeMark();
        this.lastEipMark = before.lastEipMark();
        this.nodes = before.nodes();
        this.reachability = before.reachability();
        this.gateways = before.gateways();
        this.policies = before.policies();
        this.eips = before.eips();
        this.uses = before.uses();
        this.networks = before.networks();
        this.lineage = before.lineage();
        this.beginning = before.beginning();
        this.sealed = before.sealed();
        this.rules = before.rules();
    }

    FleetState done() {
        return new FleetState(
                before.fleet(),
                settings,
                clock,
                heartbeatsOrigin,
                declarationsOrigin,
                lastEpoch,
                lastNodeMark,
                lastEipMark,
                nodes,
                reachability,
                gateways,
                policies,
                eips,
                uses,
                networks,
                lineage,
                beginning,
                sealed,
                rules);
    }

    Edit settings(Settings changed) {
        settings = changed;
        return this;
    }

    Edit clock(TickClock changed) {
        clock = changed;
        return this;
    }

    Edit heartbeatsOrigin(Optional<Origin> changed) {
        heartbeatsOrigin = changed;
        return this;
    }

    Edit declarationsOrigin(Optional<Origin> changed) {
        declarationsOrigin = changed;
        return this;
    }

    Edit lastEpoch(Epoch changed) {
        lastEpoch = changed;
        return this;
    }

    Edit lastNodeMark(Optional<Mark> changed) {
        lastNodeMark = changed;
        return this;
    }

    Edit lastEipMark(Optional<Mark> changed) {
        lastEipMark = changed;
        return this;
    }

    Edit nodes(Table<NodeId, FleetNode> changed, Reachability theirs) {
        nodes = changed;
        reachability = theirs;
        return this;
    }

    Edit gateways(Table<GatewayId, FleetGateway> changed) {
        gateways = changed;
        return this;
    }

    Edit policies(Table<PolicyId, FleetPolicy> changed) {
        policies = changed;
        return this;
    }

    Edit uses(Table<Eip, Integer> changed) {
        uses = changed;
        return this;
    }

    Edit networks(Optional<ClusterNetworksDeclared> changed) {
        networks = changed;
        return this;
    }

    Edit lineage(Lineage drawn) {
        lineage = Optional.of(drawn);
        return this;
    }

    Edit sealed(boolean changed) {
        sealed = changed;
        return this;
    }

    Edit rules(Rules adopted) {
        rules = adopted;
        return this;
    }

    Edit beginning(Beginning changed) {
        beginning = changed;
        return this;
    }

    Edit eips(Table<Eip, FleetEip> changed) {
        eips = changed;
        return this;
    }
}
