package dev.baton.sim;

import dev.baton.contract.Cidr;
import dev.baton.contract.Declaration;
import dev.baton.contract.DrainRequested;
import dev.baton.contract.Eip;
import dev.baton.contract.EipMoveRequested;
import dev.baton.contract.GatewayDeclared;
import dev.baton.contract.GatewayId;
import dev.baton.contract.IpAddress;
import dev.baton.contract.IpFamily;
import dev.baton.contract.LabelSelector;
import dev.baton.contract.NodeDeclared;
import dev.baton.contract.NodeRemoved;
import dev.baton.contract.PolicyDeclared;
import dev.baton.contract.PolicyDeclared.AllocatorPolicy;
import dev.baton.contract.PolicyDeclared.EgressIp;
import dev.baton.contract.PolicyId;
import dev.baton.contract.PolicyRemoved;
import dev.baton.contract.Pool;
import dev.baton.contract.RebalanceRequested;
import dev.baton.contract.Settings;
import dev.baton.contract.SettingsDeclared;
import dev.baton.contract.Timings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What users and Kubernetes declare, wisely or not, while everything else goes on. */
final class Churn {
    private static final GatewayId GATEWAY = new GatewayId("egw");
    private static final TreeMap<String, String> SELECTED = new TreeMap<>(Map.of("egress", "true"));
    private static final long OUTAGE_RETRY = 50_000_000;

    private final World world;
    private final Pipe<Declaration> pipe;
    private boolean doubled;

    Churn(World world) {
        this.world = world;
        this.pipe = new Pipe<>(
                world.scheduler(), world.random(), world.link(), world.logs().declarations(), 0);
    }

    void declareAll() {
        declare(new SettingsDeclared(world.swarm().settings()));
        declare(new GatewayDeclared(
                GATEWAY,
                true,
                Pool.parse(
                        "ipv4",
                        IpFamily.V4,
                        List.of("10.6.1.1-10.6.1." + world.swarm().eips())),
                Pool.EMPTY,
                Optional.empty(),
                Optional.empty(),
                new LabelSelector(SELECTED, List.of())));
        for (SimNode node : world.nodes()) {
            declare(wanted(node));
        }
        for (int n = 1; n <= world.swarm().eips(); n++) {
            declarePolicy(n, List.of(), 0);
        }
    }

    /** All nodes are wanted, ready and neither drained nor cordoned again; the settings are those of the swarm. */
    void calm() {
        doubled = false;
        declare(new SettingsDeclared(world.swarm().settings()));
        for (SimNode node : world.nodes()) {
            declare(wanted(node));
            declare(new DrainRequested(node.id(), false));
        }
    }

    /** @return whether the settings changed */
    boolean any() {
        int n = 1 + world.random().nextInt(world.swarm().eips() + 2);
        SimNode node = world.nodes().get(world.random().nextInt(world.nodes().size()));
        switch (world.random().nextInt(11)) {
            case 0, 1 -> changePolicy(n);
            case 2, 3 -> declare(new PolicyRemoved(policy(n)));
            case 4 -> declare(new DrainRequested(node.id(), world.random().nextBoolean()));
            case 5 -> declare(new EipMoveRequested(address(n), node.id()));
            case 6 -> declare(new RebalanceRequested(GATEWAY));
            case 7, 8 -> node(node);
            default -> {
                declare(new SettingsDeclared(otherTimeout()));
                return true;
            }
        }
        return false;
    }

    private void node(SimNode node) {
        switch (world.random().nextInt(6)) {
            case 0 -> declare(new NodeRemoved(node.id()));
            case 1 -> declare(new NodeDeclared(node.id(), SELECTED, false, false));
            case 2 -> declare(new NodeDeclared(node.id(), new TreeMap<>(), true, false));
            case 3, 4 ->
                declare(new NodeDeclared(node.id(), SELECTED, world.random().nextInt(4) > 0, true));
            default -> declare(wanted(node));
        }
    }

    private static NodeDeclared wanted(SimNode node) {
        return new NodeDeclared(node.id(), SELECTED, true, false);
    }

    /** The timeout doubles, or is again what it was. */
    private Settings otherTimeout() {
        Settings settings = world.swarm().settings();
        Timings timings = settings.timings();
        doubled = !doubled;
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
                : List.of(new Cidr(address(1), 8 + world.random().nextInt(3)));
        declarePolicy(n, destinations, world.random().nextInt(3));
    }

    private void declarePolicy(int n, List<Cidr> destinations, long priority) {
        EgressIp wanted = switch (n % 4) {
            case 0 -> EgressIp.DEFAULT;
            case 1 ->
                new EgressIp(
                        Optional.of(address(Math.min(n, world.swarm().eips()))),
                        Optional.empty(),
                        false,
                        AllocatorPolicy.DEFAULT);
            default -> new EgressIp(Optional.empty(), Optional.empty(), false, AllocatorPolicy.RR);
        };
        declare(new PolicyDeclared(
                policy(n),
                Optional.of(GATEWAY),
                wanted,
                destinations,
                new LabelSelector(new TreeMap<>(Map.of("app", "p" + n)), List.of()),
                List.of(),
                Optional.empty(),
                priority));
    }

    private static PolicyId policy(int n) {
        return new PolicyId("default", "p" + n);
    }

    private IpAddress address(int n) {
        return Eip.parse("10.6.1." + Math.min(n, world.swarm().eips()))
                .addresses()
                .getFirst();
    }

    private void declare(Declaration declaration) {
        world.countFault();
        world.trace().line("users", "declare", declaration.toString());
        pipe.send(declaration, Long.MAX_VALUE - OUTAGE_RETRY, () -> {});
    }
}
