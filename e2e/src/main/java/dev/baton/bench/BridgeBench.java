package dev.baton.bench;

import dev.baton.bridge.api.EgressPolicy;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.Eip;
import dev.baton.contract.EipMoveRequested;
import dev.baton.contract.EndpointSlice;
import dev.baton.contract.FleetId;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.Holder;
import dev.baton.contract.IpAddress;
import dev.baton.contract.NodeId;
import dev.baton.contract.Settings;
import dev.baton.contract.Timings;
import dev.baton.contract.wire.Logs;
import dev.baton.contract.wire.WireCodec;
import dev.baton.failover.Coordinator;
import dev.baton.failover.CoordinatorConfig;
import dev.baton.failover.core.FleetState;
import dev.baton.failover.replay.LogReader;
import dev.baton.launcher.Connection;
import dev.baton.launcher.LogSetup;
import dev.baton.launcher.Waiting;
import dev.baton.launcher.broker.BrokerOptions;
import dev.baton.launcher.broker.EmbeddedBroker;
import dev.baton.launcher.client.Declarer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Measures a bridge, in a process of its own, between a fleet and a real API server with a large cluster's objects. */
final class BridgeBench {
    private static final FleetId FLEET = new FleetId("default");
    private static final Timings TIMINGS =
            new Timings(Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ofSeconds(10));
    private static final Duration PATIENCE = Duration.ofMinutes(20);
    private static final Duration STEADY = Duration.ofSeconds(30);
    /** Status writes per second. The first filling would take most of the time at the usual rate. */
    private static final int FAST = 1_000;

    private static final int WRITES = 50;

    private final Path kubeconfig;
    private final KubePopulation population;
    private final Map<String, Instant> shown = new ConcurrentHashMap<>();
    private final Map<String, String> nodeShown = new ConcurrentHashMap<>();

    BridgeBench(Path kubeconfig, KubePopulation population) {
        this.kubeconfig = kubeconfig;
        this.population = population;
    }

    void run(PrintWriter out) throws IOException, InterruptedException {
        out.println(population);
        out.println("settings: tunnelUpdatePeriod=2s tunnelMonitorPeriod=1s eipEvictionTimeout=10s, simulated agents");
        try (var kube = new KubernetesClientBuilder()
                        .withConfig(Config.fromKubeconfig(kubeconfig.toFile()))
                        .build();
                var broker = EmbeddedBroker.start(BrokerOptions.DEFAULT)) {
            long start = System.nanoTime();
            population.create(kube);
            tell(out, "objects made (by the bench)", start);
            Map<String, Object> client = Connection.client(broker.bootstrap());
            LogSetup.ensure(client);
            WireCodec codec = WireCodec.bundled();
            var settings = Optional.of(Settings.DEFAULT.withTimings(TIMINGS));
            try (var coordinator = Coordinator.start(
                            new CoordinatorConfig(broker.bootstrap(), FLEET, settings, Map.of()), codec);
                    var agents = new SimulatedAgents(client, population.nodes(), TIMINGS)) {
                agents.start();
                watchPolicies(kube);
                measure(out, kube, client, codec, broker.bootstrap(), agents);
                if (!coordinator.isRunning()) {
                    out.println("the coordinator stopped running: do not trust these figures");
                }
            }
        }
    }

    private void measure(
            PrintWriter out,
            KubernetesClient kube,
            Map<String, Object> client,
            WireCodec codec,
            String bootstrap,
            SimulatedAgents agents)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        try (var first = BridgeProcess.start(kubeconfig, bootstrap, FAST)) {
            await("everything is declared", () -> isDeclared(agents.state()));
            tell(out, "cold start of the process to everything declared and accepted", start);
            await("all pods are published", () -> endpoints(client, codec) == population.pods());
            tell(out, "the same with all pods published", start);
            await("every EIP is held", () -> held(agents.state()) == population.eips());
            tell(out, "the same with every EIP held", start);
            await("every policy shows its node", () -> shown.size() == population.policies());
            awaitQuiet(kube);
            tell(out, "every status written, at " + FAST + " writes/s at most", start);
            out.println("bridge while filling: " + first.memory());
        }
        start = System.nanoTime();
        long writes = requests(kube);
        try (var second = BridgeProcess.start(kubeconfig, bootstrap, WRITES)) {
            await(
                    "the second bridge is synced and leads",
                    () -> second.metrics().contains("baton_bridge_watch_events_total"));
            awaitQuiet(kube);
            tell(out, "start with every status already written, until no more requests", start);
            out.println("requests to the API server during that start: " + (requests(kube) - writes));
            long before = requests(kube);
            TimeUnit.MILLISECONDS.sleep(STEADY.toMillis());
            out.printf(
                    Locale.ROOT,
                    "steady: %.1f requests/s at %d heartbeats/s%n",
                    (requests(kube) - before) / (double) STEADY.toSeconds(),
                    population.nodes() / TIMINGS.tunnelUpdatePeriod().toSeconds());
            out.println("bridge at rest: " + second.memory());
            oneMove(out, client, codec, agents);
            manyMoves(out, agents);
            out.println("bridge after that: " + second.memory());
        }
    }

    private void oneMove(PrintWriter out, Map<String, Object> client, WireCodec codec, SimulatedAgents agents)
            throws InterruptedException {
        var quantiles = new Quantiles();
        try (var declarer = new Declarer(client, codec, FLEET)) {
            for (int i = 0; i < 20; i++) {
                String eip = population.eip(i);
                NodeId holder = holder(agents.state(), eip);
                NodeId next = new NodeId("node"
                        + (Integer.parseInt(holder.value().substring(4)) + population.gateways()) % population.nodes());
                declarer.declare(List.of(new EipMoveRequested(IpAddress.parse(eip), next)), Duration.ofSeconds(60));
                String policy = KubePopulation.namespace(i) + "/p" + i;
                await(policy + " shows " + next, () -> next.value().equals(nodeShown.get(policy)));
                Instant from = agents.acquired(eip).orElseThrow();
                quantiles.add(Duration.between(from, shown.get(policy)).toNanos());
            }
        }
        out.println("EipAssigned to policy status, one move of an EIP that " + population.policies() / population.eips()
                + " policies use: " + quantiles);
        out.flush();
    }

    private void manyMoves(PrintWriter out, SimulatedAgents agents) throws InterruptedException {
        var holders = new TreeMap<String, NodeId>();
        for (FleetEip eip : agents.state().eips().values()) {
            holders.put(
                    eip.assignment().eip().toString(),
                    eip.assignment().holder().orElseThrow().node());
        }
        new HashSet<>(holders.values()).forEach(agents::silence);
        await(
                "all EIPs have moved",
                () -> agents.state().eips().values().stream()
                        .map(FleetEip::assignment)
                        .allMatch(eip -> eip.step() == AssignmentStep.HELD
                                && !eip.holder()
                                        .orElseThrow()
                                        .node()
                                        .equals(holders.get(eip.eip().toString()))));
        var state = agents.state();
        await("all policies show their new node", () -> isShown(state));
        var quantiles = new Quantiles();
        for (int i = 0; i < population.policies(); i++) {
            Instant from = agents.acquired(population.eip(i)).orElseThrow();
            quantiles.add(Duration.between(from, shown.get(KubePopulation.namespace(i) + "/p" + i))
                    .toNanos());
        }
        out.println("EipAssigned to policy status, " + holders.size() + " moves at once, " + WRITES + " writes/s: "
                + quantiles);
        out.flush();
    }

    private boolean isShown(FleetState state) {
        for (int i = 0; i < population.policies(); i++) {
            if (!holder(state, population.eip(i))
                    .value()
                    .equals(nodeShown.get(KubePopulation.namespace(i) + "/p" + i))) {
                return false;
            }
        }
        return true;
    }

    private static NodeId holder(FleetState state, String eip) {
        return state.eips()
                .get(Eip.parse(eip))
                .flatMap(known -> known.assignment().holder())
                .map(Holder::node)
                .orElseThrow();
    }

    private void watchPolicies(KubernetesClient kube) {
        kube.resources(EgressPolicy.class).inAnyNamespace().inform(new ResourceEventHandler<>() {
            @Override
            public void onAdd(EgressPolicy policy) {
                seen(policy);
            }

            @Override
            public void onUpdate(EgressPolicy before, EgressPolicy policy) {
                seen(policy);
            }

            @Override
            public void onDelete(EgressPolicy policy, boolean unknown) {}
        });
    }

    private void seen(EgressPolicy policy) {
        String node = policy.getStatus().node();
        String key =
                policy.getMetadata().getNamespace() + "/" + policy.getMetadata().getName();
        if (!node.isEmpty() && !node.equals(nodeShown.get(key))) {
            shown.put(key, Instant.now());
            nodeShown.put(key, node);
        }
    }

    private boolean isDeclared(FleetState state) {
        return state.nodes().values().stream().filter(node -> node.declared()).count() == population.nodes()
                && state.gateways().size() == population.gateways()
                && state.policies().size() == population.policies();
    }

    private static long held(FleetState state) {
        return state.eips().values().stream()
                .filter(eip -> eip.assignment().step() == AssignmentStep.HELD)
                .count();
    }

    private static long endpoints(Map<String, Object> client, WireCodec codec) {
        var pods = new TreeMap<String, Integer>();
        try (var reader = new LogReader(client, codec, FLEET)) {
            for (var entry : reader.read(Logs.ENDPOINTS)) {
                if (entry.value() instanceof EndpointSlice slice) {
                    pods.put(
                            slice.policy() + "#" + slice.slice(),
                            slice.endpoints().size());
                }
            }
        }
        return pods.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Requests that the API server has served, without watches and its own requests. */
    private static long requests(KubernetesClient kube) {
        return kube.raw("/metrics")
                .lines()
                .filter(line -> line.startsWith("apiserver_request_total{") && !line.contains("verb=\"WATCH\""))
                .filter(line -> line.contains("egressgateway.spidernet.io")
                        || line.contains("resource=\"leases\",scope=\"resource\"")
                        || line.contains("resource=\"events\""))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Waits until the bridge sends no more than the renewals of its lease. */
    private static void awaitQuiet(KubernetesClient kube) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        long before = requests(kube);
        while (true) {
            TimeUnit.SECONDS.sleep(5);
            long now = requests(kube);
            if (now - before < 5 * 12) {
                return;
            }
            before = now;
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("the bridge keeps sending requests");
            }
        }
    }

    private static void await(String what, BooleanSupplier condition) {
        Waiting.until(PATIENCE, what, condition);
    }

    private static void tell(PrintWriter out, String what, long start) {
        out.printf(Locale.ROOT, "%s: %.1f s%n", what, (System.nanoTime() - start) / 1e9);
        out.flush();
    }
}
