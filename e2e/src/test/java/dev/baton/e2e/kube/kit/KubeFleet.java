package dev.baton.e2e.kube.kit;

import dev.baton.agent.Agent;
import dev.baton.agent.AgentConfig;
import dev.baton.bridge.Bridge;
import dev.baton.bridge.BridgeConfig;
import dev.baton.bridge.Mode;
import dev.baton.bridge.UnknownPods;
import dev.baton.bridge.watch.ApiServer;
import dev.baton.contract.Decision.DeclarationRefused;
import dev.baton.contract.Declaration;
import dev.baton.contract.EndpointEntry;
import dev.baton.contract.FleetId;
import dev.baton.contract.NodeId;
import dev.baton.contract.ParentInterface;
import dev.baton.contract.RefusalReason;
import dev.baton.contract.Settings;
import dev.baton.contract.Timings;
import dev.baton.contract.wire.Logs;
import dev.baton.contract.wire.WireCodec;
import dev.baton.datapath.record.RecordDatapath;
import dev.baton.e2e.Eventually;
import dev.baton.e2e.TestBroker;
import dev.baton.failover.Coordinator;
import dev.baton.failover.CoordinatorConfig;
import dev.baton.failover.core.FleetState;
import dev.baton.failover.replay.LogEntry;
import dev.baton.failover.replay.LogReader;
import dev.baton.launcher.Connection;
import dev.baton.launcher.LogSetup;
import dev.baton.launcher.bridge.KafkaFleetLog;
import dev.baton.launcher.client.Declarer;
import dev.baton.launcher.client.FleetFollower;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;

/**
 * A cluster as its users have it: a real API server with Baton's kinds and with nodes, Kafka, a coordinator, bridges,
 * and a recorded agent for each node. All but the API server run in this JVM.
 */
public final class KubeFleet implements AutoCloseable {
    /** Long enough that no agent loses its lease only because the machine is busy. */
    public static final Timings TIMINGS =
            new Timings(Duration.ofMillis(250), Duration.ofMillis(150), Duration.ofSeconds(3));

    public static final Duration LEASE = Duration.ofSeconds(5);
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);
    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(5);

    private final KubeApi api;
    private final FleetId fleet;
    private final Path directory;
    private final WireCodec codec = WireCodec.bundled();
    private final Coordinator coordinator;
    private final SortedMap<String, Agent> agents = new TreeMap<>();
    private final List<Bridge> bridges = new ArrayList<>();
    private final List<ApiServer> clients = new ArrayList<>();
    private UnknownPods unknownPods = UnknownPods.OFF;

    /** @param directory for temporary files */
    public KubeFleet(KubeApi api, String name, Path directory) throws InterruptedException {
        this.api = api;
        this.fleet = new FleetId(name);
        this.directory = directory;
        Account.install(api.kubectl());
        LogSetup.ensure(client());
        var settings = Settings.DEFAULT.withTimings(TIMINGS);
        this.coordinator = Coordinator.start(
                new CoordinatorConfig(TestBroker.bootstrap(), fleet, Optional.of(settings), Map.of()), codec);
    }

    public static Map<String, Object> client() {
        return Connection.client(TestBroker.bootstrap());
    }

    /** Of bridges that start from now on. */
    public void unknownPods(UnknownPods setting) {
        unknownPods = setting;
    }

    /** Starts a bridge with the rights that the manifests give it. */
    public Bridge startBridge(String identity) {
        return startBridge(identity, BridgeConfig.STATUS_WRITES_PER_SECOND);
    }

    public Bridge startBridge(String identity, int writesPerSecond) {
        return startBridge(identity, writesPerSecond, Optional.empty());
    }

    /** @param url of a proxy in front of the API server; empty: none */
    public Bridge startBridge(String identity, int writesPerSecond, Optional<String> url) {
        return startBridge(identity, writesPerSecond, url, LEASE);
    }

    public Bridge startBridge(String identity, int writesPerSecond, Optional<String> url, Duration lease) {
        return startBridge(identity, writesPerSecond, url, lease, Optional.empty());
    }

    public Bridge startBridge(String identity, Mode mode) {
        return startBridge(
                identity, BridgeConfig.STATUS_WRITES_PER_SECOND, Optional.empty(), LEASE, Optional.empty(), mode);
    }

    /** A bridge that handles each watch event slowly. */
    public Bridge startSlowBridge(String identity, Duration each) {
        Executor slow =
                CompletableFuture.delayedExecutor(each.toMillis(), TimeUnit.MILLISECONDS, ForkJoinPool.commonPool());
        return startBridge(identity, BridgeConfig.STATUS_WRITES_PER_SECOND, Optional.empty(), LEASE, Optional.of(slow));
    }

    private Bridge startBridge(
            String identity, int writesPerSecond, Optional<String> url, Duration lease, Optional<Executor> tasks) {
        return startBridge(identity, writesPerSecond, url, lease, tasks, Mode.ACTIVE);
    }

    private Bridge startBridge(
            String identity,
            int writesPerSecond,
            Optional<String> url,
            Duration lease,
            Optional<Executor> tasks,
            Mode mode) {
        Config account = Account.config(api, "baton-bridge");
        ApiServer reached = ApiServer.reach(
                new ConfigBuilder(account)
                        .withMasterUrl(url.orElseGet(account::getMasterUrl))
                        .build(),
                CONNECT_LIMIT,
                REQUEST_LIMIT,
                tasks);
        clients.add(reached);
        var config = new BridgeConfig(
                identity, Account.NAMESPACE, writesPerSecond, Duration.ofSeconds(2), lease, mode, unknownPods);
        var bridge = new Bridge(reached, new KafkaFleetLog(client(), codec, fleet), config);
        bridge.start();
        bridges.add(bridge);
        return bridge;
    }

    public void stopBridge(Bridge bridge) {
        bridge.close();
        bridges.remove(bridge);
    }

    /** A node as kubelet registers it, Ready, with a network for its pods. */
    public void addNode(String name, int number, String labels) {
        api.kubectl().apply("""
            apiVersion: v1
            kind: Node
            metadata: {name: %s, labels: {kubernetes.io/hostname: %s, %s}}
            spec: {podCIDR: 10.244.%d.0/24, podCIDRs: [10.244.%d.0/24]}
            """.formatted(name, name, labels, number, number)).succeeded();
        ready(name, number, true);
    }

    public void ready(String name, int number, boolean ready) {
        api.kubectl()
                .run("patch", "node", name, "--subresource=status", "--type=merge", "-p", """
                    {"status": {"addresses": [{"type": "InternalIP", "address": "10.6.0.%d"}],
                      "conditions": [{"type": "Ready", "status": "%s", "reason": "KubeletReady", "message": "",
                        "lastHeartbeatTime": "2026-01-01T00:00:00Z", "lastTransitionTime": "2026-01-01T00:00:00Z"}]}}
                    """.formatted(
                                number, ready ? "True" : "False"))
                .succeeded();
    }

    public Agent startAgent(String name) throws IOException {
        Path run = directory.resolve(fleet + "-" + name);
        Files.createDirectories(run);
        var config = AgentConfig.of(new NodeId(name), fleet, TestBroker.bootstrap())
                .withRunDirectory(run)
                .withTimings(TIMINGS);
        var parent = new ParentInterface("record0", Optional.empty(), Optional.empty());
        Agent agent = Agent.start(
                config, new RecordDatapath(run.resolve("datapath.log"), parent, InstantSource.system()), codec);
        agents.put(name, agent);
        return agent;
    }

    public void killAgent(String name) {
        Optional.ofNullable(agents.remove(name)).orElseThrow().kill();
    }

    /** Starts the agents that a test has killed, so that the next test has a whole fleet. */
    public void reviveAgents(List<String> names) throws IOException {
        for (String name : names) {
            if (!agents.containsKey(name)) {
                startAgent(name);
            }
        }
        Eventually.holds(
                Eventually.LONG,
                "all of " + names + " are Ready",
                () -> names.stream()
                        .allMatch(name -> api.kubectl()
                                .run("get", "egt", name, "-o", "jsonpath={.status.phase}")
                                .out()
                                .equals("Ready")));
    }

    /** Declares as the command line does. @return why the declaration was refused; empty if it was accepted */
    public Optional<RefusalReason> declare(Declaration declaration) throws InterruptedException {
        try (var declarer = new Declarer(client(), codec, fleet)) {
            return declarer.declare(List.of(declaration), Eventually.LONG)
                    .getFirst()
                    .refused()
                    .map(DeclarationRefused::reason);
        }
    }

    /** The coordinator's state, folded from the log. */
    public FleetState state() {
        try (var follower = new FleetFollower(client(), codec, fleet)) {
            return follower.catchUp();
        }
    }

    /** All that was ever said of pods, in order. */
    public List<EndpointEntry> endpoints() {
        try (var reader = new LogReader(client(), codec, fleet)) {
            return reader.read(Logs.ENDPOINTS).stream().map(LogEntry::value).toList();
        }
    }

    @Override
    public void close() {
        bridges.forEach(Bridge::close);
        clients.forEach(ApiServer::close);
        agents.values().forEach(Agent::kill);
        coordinator.close();
    }
}
