package dev.baton.launcher.up;

import dev.baton.agent.Agent;
import dev.baton.agent.AgentConfig;
import dev.baton.contract.FleetId;
import dev.baton.contract.IpAddress;
import dev.baton.contract.NodeId;
import dev.baton.contract.ParentInterface;
import dev.baton.contract.Settings;
import dev.baton.contract.Timings;
import dev.baton.contract.wire.WireCodec;
import dev.baton.datapath.record.RecordDatapath;
import dev.baton.failover.Coordinator;
import dev.baton.failover.CoordinatorConfig;
import dev.baton.launcher.Connection;
import dev.baton.launcher.LogSetup;
import dev.baton.launcher.broker.BrokerOptions;
import dev.baton.launcher.broker.EmbeddedBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An embedded broker, a coordinator and recorded agents in one process: the classes of production, without
 * privileges.
 */
public final class AllInOne implements AutoCloseable {
    public static final FleetId FLEET = new FleetId("default");

    private final EmbeddedBroker broker;
    private final Path runs;
    private final Timings timings;
    private final List<NodeId> nodes;
    private final WireCodec codec = WireCodec.bundled();
    private final SortedMap<NodeId, Agent> agents = new TreeMap<>();
    private Optional<Coordinator> coordinator = Optional.empty();

    private AllInOne(EmbeddedBroker broker, Path runs, Timings timings, List<NodeId> nodes) {
        this.broker = broker;
        this.runs = runs;
        this.timings = timings;
        this.nodes = List.copyOf(nodes);
    }

    /**
     * Starts everything.
     *
     * @param port of the broker; 0 = any
     * @param data keeps the log here; empty: a temporary folder
     * @param runs directory for the agents' run directories and recorded datapaths
     */
    public static AllInOne start(int port, Optional<Path> data, Path runs, Timings timings, List<NodeId> nodes)
            throws InterruptedException, IOException {
        BrokerOptions options = BrokerOptions.DEFAULT.withPort(port);
        EmbeddedBroker broker = EmbeddedBroker.start(data.isPresent() ? options.withData(data.get()) : options);
        var all = new AllInOne(broker, runs, timings, nodes);
        try {
            LogSetup.ensure(all.client());
            all.startCoordinator();
            for (NodeId node : nodes) {
                all.startAgent(node);
            }
        } catch (InterruptedException | IOException | RuntimeException e) {
            all.close();
            throw e;
        }
        return all;
    }

    public String bootstrap() {
        return broker.bootstrap();
    }

    public Map<String, Object> client() {
        return Connection.client(broker.bootstrap());
    }

    public WireCodec codec() {
        return codec;
    }

    public void startCoordinator() throws InterruptedException {
        if (coordinator.isEmpty()) {
            var config = new CoordinatorConfig(
                    broker.bootstrap(), FLEET, Optional.of(Settings.DEFAULT.withTimings(timings)), Map.of());
            coordinator = Optional.of(Coordinator.start(config, codec));
        }
    }

    public void stopCoordinator() {
        coordinator.ifPresent(Coordinator::close);
        coordinator = Optional.empty();
    }

    /** Starts a node's agent; after a kill it continues with its run directory. */
    public void startAgent(NodeId node) throws IOException {
        Agent running = agents.get(node);
        if (running != null && running.isAlive()) {
            return;
        }
        Path run = Files.createDirectories(runs.resolve(node.value()));
        var config = AgentConfig.of(node, FLEET, broker.bootstrap())
                .withRunDirectory(run)
                .withTimings(timings);
        var datapath = new RecordDatapath(run.resolve("datapath.log"), parent(node), InstantSource.system());
        agents.put(node, Agent.start(config, datapath, codec));
    }

    /** Addresses reserved for documentation: nothing is ever sent there, and tunnels look complete. */
    private ParentInterface parent(NodeId node) {
        int number = 1 + nodes.indexOf(node);
        return new ParentInterface(
                "record0",
                Optional.of(IpAddress.parse("192.0.2." + number)),
                Optional.of(IpAddress.parse("2001:db8::" + Integer.toHexString(number))));
    }

    /** The node's agent. */
    public Optional<Agent> agent(NodeId node) {
        return Optional.ofNullable(agents.get(node));
    }

    @Override
    public void close() {
        // Agents first, and without a drain: no node is left to take over.
        agents.values().forEach(Agent::kill);
        Deque<AutoCloseable> rest = new ArrayDeque<>();
        coordinator.ifPresent(rest::add);
        rest.add(broker);
        for (AutoCloseable part : rest) {
            try {
                part.close();
            } catch (Exception e) {
                throw new IllegalStateException(
                        "cannot close " + part.getClass().getSimpleName(), e);
            }
        }
    }
}
