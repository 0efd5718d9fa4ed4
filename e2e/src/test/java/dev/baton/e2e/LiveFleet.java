package dev.baton.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.agent.Agent;
import dev.baton.agent.AgentConfig;
import dev.baton.bridge.manifest.Manifest;
import dev.baton.contract.Assignment;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.DrainRequested;
import dev.baton.contract.Eip;
import dev.baton.contract.FleetId;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.Holder;
import dev.baton.contract.NodeId;
import dev.baton.contract.ParentInterface;
import dev.baton.contract.Timings;
import dev.baton.contract.TunnelPhase;
import dev.baton.contract.TunnelPhaseChanged;
import dev.baton.contract.wire.Logs;
import dev.baton.contract.wire.WireCodec;
import dev.baton.datapath.record.RecordDatapath;
import dev.baton.failover.core.FleetState;
import dev.baton.failover.replay.LogEntry;
import dev.baton.failover.replay.LogReader;
import dev.baton.failover.replay.Replay;
import dev.baton.launcher.Connection;
import dev.baton.launcher.LogSetup;
import dev.baton.launcher.client.Declarer;
import dev.baton.launcher.client.FleetFollower;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Three recorded agents of one fleet in this JVM, its coordinators as processes, and what its logs say of them. */
final class LiveFleet implements AutoCloseable {
    /** Long enough that a busy machine alone costs nobody its lease. */
    static final Timings TIMINGS = new Timings(Duration.ofMillis(250), Duration.ofMillis(150), Duration.ofSeconds(3));

    private final FleetId fleet;
    private final String bootstrap;
    private final Path directory;
    private final WireCodec codec = WireCodec.bundled();
    private final SortedMap<NodeId, Agent> agents = new TreeMap<>();
    private final List<BatonProcess> coordinators = new ArrayList<>();

    /** @param directory for all that is temporary */
    LiveFleet(String name, String bootstrap, Path directory) throws InterruptedException {
        this.fleet = new FleetId(name);
        this.bootstrap = bootstrap;
        this.directory = directory;
        LogSetup.ensure(client());
    }

    private Map<String, Object> client() {
        return Connection.client(bootstrap);
    }

    BatonProcess startCoordinator() throws IOException {
        return startCoordinator(Map.of());
    }

    BatonProcess startCoordinator(Map<String, String> environment) throws IOException {
        BatonProcess coordinator = BatonProcess.start(
                directory,
                environment,
                "coordinator",
                "--bootstrap=" + bootstrap,
                "--fleet=" + fleet,
                "--update-period=" + TIMINGS.tunnelUpdatePeriod().toMillis() + "ms",
                "--monitor-period=" + TIMINGS.tunnelMonitorPeriod().toMillis() + "ms",
                "--eviction-timeout=" + TIMINGS.eipEvictionTimeout().toMillis() + "ms",
                "--snapshot-every=25");
        coordinators.add(coordinator);
        return coordinator;
    }

    Agent startAgent(String name) throws IOException {
        var node = new NodeId(name);
        Path run = directory.resolve(fleet + "-" + node);
        var config =
                AgentConfig.of(node, fleet, bootstrap).withRunDirectory(run).withTimings(TIMINGS);
        var parent = new ParentInterface("record0", Optional.empty(), Optional.empty());
        Files.createDirectories(run);
        var datapath = new RecordDatapath(run.resolve("datapath.log"), parent, InstantSource.system());
        Agent agent = Agent.start(config, datapath, codec);
        agents.put(node, agent);
        return agent;
    }

    Agent agent(NodeId node) {
        return Optional.ofNullable(agents.get(node)).orElseThrow();
    }

    /** Declares what {@code baton up} declares: three nodes, one gateway, three policies. */
    void declareSample() throws IOException, InterruptedException {
        try (InputStream yaml = LiveFleet.class.getResourceAsStream("/baton/sample.yaml");
                var declarer = new Declarer(client(), codec, fleet)) {
            String text = new String(Objects.requireNonNull(yaml).readAllBytes(), StandardCharsets.UTF_8);
            Manifest sample = Manifest.read("sample.yaml", text, List.of());
            for (Declarer.Answer answer : declarer.declare(sample.declarations(), Eventually.LONG)) {
                assertEquals(Optional.empty(), answer.refused());
            }
        }
    }

    void drain(NodeId node) throws InterruptedException {
        try (var declarer = new Declarer(client(), codec, fleet)) {
            for (var answer : declarer.declare(List.of(new DrainRequested(node, true)), Eventually.LONG)) {
                assertEquals(Optional.empty(), answer.refused());
            }
        }
        Eventually.holds(
                Eventually.LONG,
                node + " is drained",
                () -> assignments().values().stream()
                        .noneMatch(eip -> eip.holder().map(Holder::node).equals(Optional.of(node))));
    }

    /** Whether no agent has a lease that runs. */
    boolean allHaveLetGo() {
        return agents.values().stream()
                .allMatch(agent ->
                        agent.lease().at(System.nanoTime()).untilNanos().isEmpty());
    }

    /**
     * The coordinator that folds this log now: of those that live, the one that took it over last.
     *
     * @param dead those that do not count any more
     */
    BatonProcess owner(String log, List<BatonProcess> dead) {
        return Eventually.get(
                Eventually.LONG,
                () -> "somebody folds " + log,
                () -> coordinators.stream()
                        .filter(coordinator -> !dead.contains(coordinator))
                        .filter(coordinator -> !takeover(coordinator, log).isEmpty())
                        .max(Comparator.comparing(coordinator -> takeover(coordinator, log))));
    }

    /** Its lines begin with their time. */
    private static String takeover(BatonProcess coordinator, String log) {
        return coordinator.lines().stream()
                .filter(line -> line.contains("event=task_restored log=" + log + " "))
                .reduce("", (before, line) -> line);
    }

    FleetState state() {
        try (var follower = new FleetFollower(client(), codec, fleet)) {
            return follower.catchUp();
        }
    }

    SortedMap<Eip, Assignment> assignments() {
        var assignments = new TreeMap<Eip, Assignment>();
        for (FleetEip eip : state().eips().values()) {
            assignments.put(eip.assignment().eip(), eip.assignment());
        }
        return assignments;
    }

    /** Waits until each of the three EIPs is held by an agent whose lease runs, as the incarnation it has now. */
    SortedMap<Eip, Assignment> settled() {
        return Eventually.get(
                Eventually.LONG,
                () -> "all EIPs are held: " + assignments()
                        + coordinators.stream()
                                .map(coordinator -> "\n--- coordinator\n" + coordinator.text())
                                .collect(Collectors.joining()),
                () -> {
                    var now = assignments();
                    boolean held = now.size() == 3 && now.values().stream().allMatch(this::isHeld);
                    return held ? Optional.of(now) : Optional.empty();
                });
    }

    private boolean isHeld(Assignment assignment) {
        Optional<Agent> holder = assignment.holder().map(Holder::node).map(agents::get);
        return assignment.step() == AssignmentStep.HELD
                && holder.isPresent()
                && holder.get().isAlive()
                && !holder.get().lease().isLapsed()
                && assignment
                        .holder()
                        .map(Holder::incarnation)
                        .equals(Optional.of(holder.get().incarnation()));
    }

    /** When the first decision after a moment was appended. */
    Duration untilDecision(Instant after) {
        try (var reader = new LogReader(client(), codec, fleet)) {
            return reader.read(Logs.DECISIONS).stream()
                    .map(LogEntry::at)
                    .filter(at -> at.isAfter(after))
                    .findFirst()
                    .map(at -> Duration.between(after, at))
                    .orElseThrow();
        }
    }

    SortedSet<NodeId> timedOut() {
        var nodes = new TreeSet<NodeId>();
        try (var reader = new LogReader(client(), codec, fleet)) {
            for (var entry : reader.read(Logs.FLEET)) {
                if (entry.value().event() instanceof TunnelPhaseChanged changed
                        && changed.phase() == TunnelPhase.HEARTBEAT_TIMEOUT) {
                    nodes.add(changed.node());
                }
            }
        }
        return nodes;
    }

    /** The logs say the same when they are folded again, and the compacted one ends with what the fold says. */
    void checkLogs() {
        var replay = new Replay(codec);
        try (var reader = new LogReader(client(), codec, fleet)) {
            var decisions = reader.read(Logs.DECISIONS);
            var sequenced = reader.read(Logs.FLEET);
            Replay.Report coordination = replay.coordination(fleet, sequenced, decisions, 0);
            assertTrue(coordination.holds(), () -> "coordination: " + coordination);
            assertTrue(coordination.compared() > 10, () -> "coordination: " + coordination);
            Replay.Report liveness = replay.liveness(fleet, reader.read(Logs.HEARTBEATS), sequenced);
            assertTrue(liveness.holds(), () -> "liveness: " + liveness);
            Replay.Report excerpts = replay.excerpts(reader.read(Logs.EXCERPTS), sequenced);
            assertTrue(excerpts.holds() && excerpts.compared() > 0, () -> "excerpts: " + excerpts);
        }
        Eventually.holds(Eventually.LONG, "the compacted assignments end with what the fold says", () -> {
            var last = new TreeMap<Eip, Assignment>();
            try (var reader = new LogReader(client(), codec, fleet)) {
                reader.read(Logs.ASSIGNMENTS)
                        .forEach(entry -> last.put(entry.value().eip(), entry.value()));
            }
            return last.equals(assignments());
        });
    }

    @Override
    public void close() throws InterruptedException {
        agents.values().forEach(Agent::kill);
        for (BatonProcess coordinator : coordinators) {
            coordinator.close();
        }
    }
}
