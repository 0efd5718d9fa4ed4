package dev.baton.sim.fault;

import dev.baton.contract.Cidr;
import dev.baton.contract.Declaration;
import dev.baton.contract.DrainRequested;
import dev.baton.contract.Eip;
import dev.baton.contract.EipMoveRequested;
import dev.baton.contract.EipsAdopted;
import dev.baton.contract.EipsAdopted.AdoptedEip;
import dev.baton.contract.FleetId;
import dev.baton.contract.FleetImported;
import dev.baton.contract.FleetSealed;
import dev.baton.contract.FleetSnapshot;
import dev.baton.contract.GatewayRemoved;
import dev.baton.contract.IpAddress;
import dev.baton.contract.Mark;
import dev.baton.contract.NodeDeclared;
import dev.baton.contract.NodeId;
import dev.baton.contract.NodeRemoved;
import dev.baton.contract.PolicyRemoved;
import dev.baton.contract.RebalanceRequested;
import dev.baton.contract.Rules;
import dev.baton.contract.RulesAdopted;
import dev.baton.contract.Settings;
import dev.baton.contract.SettingsDeclared;
import dev.baton.contract.Timings;
import dev.baton.contract.TunnelAdopted;
import dev.baton.sim.menu.Wishes;
import dev.baton.sim.model.Pipe;
import dev.baton.sim.world.SimNode;
import dev.baton.sim.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What users and Kubernetes declare, wisely or not, while everything else goes on. */
public final class Churn {
    private static final long OUTAGE_RETRY = 50_000_000;

    private final World world;
    private final Wishes wishes;
    private final Pipe<Declaration> pipe;
    private boolean doubled;
    private boolean sealing;

    public Churn(World world) {
        this.world = world;
        this.wishes = world.swarm().wishes();
        this.pipe = new Pipe<>(
                world.scheduler(), world.random(), world.link(), world.logs().declarations(), () -> 0);
    }

    public void declareAll() {
        declare(new SettingsDeclared(settings()));
        declareGateways();
        for (SimNode node : world.nodes()) {
            declare(Wishes.node(node.id()));
        }
        for (int n = 1; n <= wishes.eips(); n++) {
            declare(wishes.policy(n, n % wishes.gateways(), List.of(), 0));
        }
        declareNeighbours();
    }

    void adopt(Rules rules) {
        declare(new RulesAdopted(rules));
    }

    void seal(boolean sealed) {
        sealing = sealed;
        declare(new FleetSealed(sealed));
    }

    /** Nothing that was on its way to the old log may come before it. */
    void carryOver(FleetSnapshot fleet) {
        sealing = false;
        pipe.drop();
        FleetImported.partsOf(fleet).forEach(this::declare);
        declareNeighbours();
    }

    private void declareNeighbours() {
        declareNeighbour(new SettingsDeclared(world.swarm().settings()));
        declareNeighbour(wishes.gateway(0));
        declareNeighbour(wishes.policy(1, 0, List.of(), 0));
    }

    private void declareGateways() {
        for (int g = 0; g < wishes.gateways(); g++) {
            declare(wishes.gateway(g));
        }
    }

    /** All nodes are wanted, ready and neither drained nor cordoned again; settings and gateways are as at first. */
    void calm() {
        if (sealing) {
            seal(false);
        }
        doubled = false;
        declare(new SettingsDeclared(world.swarm().settings()));
        declareGateways();
        for (SimNode node : world.nodes()) {
            declare(Wishes.node(node.id()));
            drain(node.id(), false);
        }
    }

    void drain(NodeId node, boolean draining) {
        declare(new DrainRequested(node, draining));
    }

    /** @return whether the settings changed */
    boolean any() {
        int n = 1 + world.random().nextInt(wishes.eips() + 2);
        SimNode node = world.nodes().get(world.random().nextInt(world.nodes().size()));
        int gateway = world.random().nextInt(wishes.gateways());
        switch (world.random().nextInt(16)) {
            case 0, 1 -> changePolicy(n);
            case 2, 3 -> declare(new PolicyRemoved(Wishes.policyId(n)));
            case 4 -> drain(node.id(), world.random().nextBoolean());
            case 5 -> declare(new EipMoveRequested(wishes.address(n, gateway), node.id()));
            case 6 -> declare(new RebalanceRequested(Wishes.gatewayId(gateway)));
            case 7, 8 -> node(node);
            case 9 -> gateway(gateway);
            case 10 -> neighbour(n);
            case 11 -> declare(found(gateway));
            case 12 -> declare(tunnel(node));
            default -> {
                declare(new SettingsDeclared(otherTimeout()));
                return true;
            }
        }
        return false;
    }

    /** Statuses in which a gateway's policies have any EIPs on any nodes; some lines cannot be. */
    private EipsAdopted found(int gateway) {
        var lines = new ArrayList<AdoptedEip>();
        for (int n = 1; n <= wishes.eips() + 1; n++) {
            int most = wishes.eips();
            boolean named = n % 4 == 1 && world.random().nextInt(8) > 0;
            Eip eip = wishes.pair(
                    named ? n : 1 + world.random().nextInt(most),
                    1 + world.random().nextInt(most),
                    gateway);
            SimNode node =
                    world.nodes().get(world.random().nextInt(world.nodes().size()));
            if (n % wishes.gateways() == gateway || world.random().nextInt(8) == 0) {
                lines.add(new AdoptedEip(eip, Optional.of(node.id()), List.of(Wishes.policyId(n))));
            }
        }
        return new EipsAdopted(Wishes.gatewayId(gateway), lines);
    }

    /** A tunnel that EgressGateway gave, maybe one that another node has. */
    private TunnelAdopted tunnel(SimNode node) {
        int number = 1 + world.random().nextInt(3 * world.nodes().size());
        return new TunnelAdopted(
                node.id(),
                Optional.of(new Mark(Mark.BASE + number)),
                Optional.empty(),
                Optional.of(IpAddress.parse("172.31.0." + (1 + world.random().nextInt(99)))),
                Optional.empty());
    }

    private void node(SimNode node) {
        NodeId id = node.id();
        switch (world.random().nextInt(6)) {
            case 0 -> declare(new NodeRemoved(id));
            case 1 -> declare(new NodeDeclared(id, Wishes.SELECTED, false, false));
            case 2 -> declare(new NodeDeclared(id, new TreeMap<>(), true, false));
            case 3, 4 ->
                declare(new NodeDeclared(id, Wishes.OTHER_ZONE, world.random().nextInt(4) > 0, true));
            default -> declare(Wishes.node(id));
        }
    }

    /** Its pool grows or shrinks, it selects other nodes, or it goes; much of that is refused while it is in use. */
    private void gateway(int number) {
        switch (world.random().nextInt(4)) {
            case 0 -> declare(new GatewayRemoved(Wishes.gatewayId(number)));
            case 1 ->
                declare(wishes.gateway(
                        number,
                        1 + world.random().nextInt(wishes.eips() + 2),
                        new TreeMap<>(Map.of("egress", "true"))));
            case 2 -> declare(wishes.gateway(number, wishes.eips(), new TreeMap<>(Map.of("zone", "b"))));
            default -> declare(wishes.gateway(number));
        }
    }

    private void neighbour(int n) {
        if (world.random().nextBoolean()) {
            declareNeighbour(wishes.policy(n, 0, List.of(), world.random().nextInt(3)));
        } else {
            declareNeighbour(new PolicyRemoved(Wishes.policyId(n)));
        }
    }

    /** The timeout doubles, or is again what it was. */
    private Settings otherTimeout() {
        doubled = !doubled;
        return settings();
    }

    /** Those that were declared last. */
    Settings settings() {
        Settings settings = world.swarm().settings();
        Timings timings = settings.timings();
        return doubled
                ? settings.withTimings(new Timings(
                        timings.tunnelUpdatePeriod(),
                        timings.tunnelMonitorPeriod(),
                        timings.eipEvictionTimeout().multipliedBy(2)))
                : settings;
    }

    /** With destinations and a priority that may be what they were: then nothing follows from it. */
    private void changePolicy(int n) {
        List<Cidr> destinations = world.random().nextBoolean()
                ? List.of()
                : List.of(new Cidr(wishes.address(1, 0), 8 + world.random().nextInt(3)));
        int gateway =
                world.random().nextInt(4) == 0 ? world.random().nextInt(wishes.gateways()) : n % wishes.gateways();
        declare(wishes.policy(n, gateway, destinations, world.random().nextInt(3)));
    }

    private void declare(Declaration declaration) {
        world.countFault();
        declare(world.fleetId(), declaration);
    }

    private void declareNeighbour(Declaration declaration) {
        declare(world.neighbour(), declaration);
    }

    private void declare(FleetId fleet, Declaration declaration) {
        world.trace().line(fleet.value(), "declare", declaration.toString());
        pipe.send(fleet, declaration, Long.MAX_VALUE - OUTAGE_RETRY, () -> {});
    }
}
