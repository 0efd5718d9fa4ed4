package dev.baton.launcher.lab;

import dev.baton.contract.NodeId;
import dev.baton.contract.Timings;
import dev.baton.launcher.Durations;
import dev.baton.launcher.Waiting;
import dev.baton.launcher.jvm.AgentJvm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** Broker, coordinator and agents, each a process in its namespace; they can be killed, frozen and started. */
public final class Services implements AutoCloseable {
    static final String BOOTSTRAP = Network.KAFKA + ":19092";
    /** Long enough to start five processes on a busy machine. */
    static final Duration START_LIMIT = Duration.ofSeconds(120);

    private static final String BROKER = "broker";
    private static final String COORDINATOR = "coordinator";

    private final Namespaces namespaces;
    private final Timings timings;
    private final Path folder;
    private final SortedMap<String, Jvm> processes = new ConcurrentSkipListMap<>();
    private boolean closed;

    /** @param folder directory for their logs and run directories */
    Services(Namespaces namespaces, Timings timings, Path folder) {
        this.namespaces = namespaces;
        this.timings = timings;
        this.folder = folder;
    }

    /** Starts all of them; returns when the topics exist. */
    void start() {
        List<String> broker = List.of("broker", "--host", Network.KAFKA, "--dir", file("kafka"));
        launch(BROKER, Network.SWITCH, Jvm.service("512m", broker));
        Waiting.until(START_LIMIT, "the broker serves", () -> process(BROKER).hasSaid("broker ready"));
        startCoordinator();
        Waiting.until(
                START_LIMIT, "the logs are made", () -> process(COORDINATOR).hasSaid("coordinator started"));
        Network.nodes().forEach(this::startAgent);
    }

    public void startCoordinator() {
        launch(COORDINATOR, Network.SWITCH, Jvm.service("256m", withTimings(COORDINATOR)));
    }

    public void killCoordinator() {
        process(COORDINATOR).kill();
    }

    public void startAgent(NodeId node) {
        List<String> arguments =
                withTimings("--node", node.value(), "--datapath", "linux", "--run-dir", file("run-" + node));
        launch(node.value(), node.value(), AgentJvm.command(arguments));
    }

    /** {@code kill -9}: the agent tells nobody, and the kernel keeps what it was given. */
    public void killAgent(NodeId node) {
        process(node.value()).kill();
    }

    public void freezeAgent(NodeId node) {
        process(node.value()).freeze();
    }

    public void thawAgent(NodeId node) {
        process(node.value()).thaw();
    }

    /** Makes the broker hang: connections stay, no responses come. */
    public void freezeBroker() {
        process(BROKER).freeze();
    }

    public void thawBroker() {
        process(BROKER).thaw();
    }

    /** @throws IllegalStateException if an agent has ended by itself */
    void requireAgents() {
        for (NodeId node : Network.nodes()) {
            if (!process(node.value()).isAlive()) {
                throw new IllegalStateException("the agent of " + node + " ended; see " + file(node + ".log"));
            }
        }
    }

    private List<String> withTimings(String... command) {
        var arguments = new ArrayList<>(List.of(command));
        arguments.addAll(List.of(
                "--bootstrap",
                BOOTSTRAP,
                "--update-period",
                Durations.text(timings.tunnelUpdatePeriod()),
                "--monitor-period",
                Durations.text(timings.tunnelMonitorPeriod()),
                "--eviction-timeout",
                Durations.text(timings.eipEvictionTimeout())));
        return arguments;
    }

    private synchronized void launch(String name, String namespace, List<String> command) {
        if (closed) {
            throw new IllegalStateException("the lab is closing");
        }
        processes.put(name, Jvm.start(namespaces, namespace, folder.resolve(name + ".log"), command));
    }

    private Jvm process(String name) {
        return Optional.ofNullable(processes.get(name)).orElseThrow();
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    /** Kills all processes; none can be started after this. */
    @Override
    public synchronized void close() {
        closed = true;
        processes.values().forEach(Jvm::kill);
    }
}
