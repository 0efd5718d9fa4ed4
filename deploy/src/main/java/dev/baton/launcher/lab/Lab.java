package dev.baton.launcher.lab;

import dev.baton.bridge.manifest.Manifest;
import dev.baton.contract.Assignment;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.DrainRequested;
import dev.baton.contract.Holder;
import dev.baton.contract.IpAddress;
import dev.baton.contract.NodeId;
import dev.baton.contract.Settings;
import dev.baton.contract.SettingsDeclared;
import dev.baton.contract.Timings;
import dev.baton.failover.replay.Replay;
import dev.baton.launcher.Bundled;
import dev.baton.launcher.TemporaryFolder;
import dev.baton.launcher.Waiting;
import dev.baton.launcher.lab.probe.ExternalServer;
import dev.baton.launcher.lab.probe.PodTraffic;
import dev.baton.launcher.lab.probe.SegmentWatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A running lab, and the faults that can be caused in it. */
public final class Lab implements AutoCloseable {
    static final IpAddress EIP4 = IpAddress.parse("10.6.0.200");
    static final IpAddress EIP6 = IpAddress.parse("fd06::200");

    /**
     * After so many heartbeats with a new timeout the node's lease has followed: the first must be acknowledged
     * before another writes the lease to disk.
     */
    private static final int WRITTEN_DOWN_AFTER = 3;

    private static final Duration SETTLE_LIMIT = Duration.ofSeconds(60);

    private final Namespaces namespaces = new Namespaces();
    private final Timings timings;
    private final Consumer<String> tell;
    private final Path folder;
    private final Services services;
    private final SortedMap<NodeId, PodTraffic> pods = new TreeMap<>();
    private final List<AutoCloseable> open = new ArrayList<>();
    private Optional<Parts> parts = Optional.empty();
    private boolean closed;

    /** The parts of a lab that was set up. */
    private record Parts(Network network, Fleet fleet, ExternalServer server, SegmentWatch watch) {}

    private Lab(Timings timings, Consumer<String> tell, Path folder) {
        this.timings = timings;
        this.tell = tell;
        this.folder = folder;
        this.services = new Services(namespaces, timings, folder);
    }

    /**
     * Sets up the lab and waits until each pod's packets leave with the EIP. Everything is removed again if this
     * fails or the process is asked to end.
     */
    public static Lab start(Timings timings, Consumer<String> tell) throws IOException {
        int swept = Namespaces.sweep();
        if (swept > 0) {
            tell.accept("removed " + swept + " namespaces that an earlier lab left behind");
        }
        var lab = new Lab(timings, tell, Files.createTempDirectory("baton-lab-"));
        Runtime.getRuntime().addShutdownHook(new Thread(lab::interrupted, "lab-close"));
        try {
            lab.make();
        } catch (IOException | RuntimeException e) {
            lab.close();
            throw e;
        }
        return lab;
    }

    private void make() throws IOException {
        tell.accept("making the network: " + Network.NODES + " nodes with a pod each, an external server, one segment");
        Network network = Network.make(namespaces);
        tell.accept("starting broker, coordinator and agents, a process each; logs in " + folder);
        services.start();
        var fleet = open(new Fleet(namespaces, Services.BOOTSTRAP, tell));
        var manifest = Manifest.read("lab.yaml", Bundled.text("lab.yaml"), List.of());
        fleet.declare(manifest.declarations(), manifest.endpoints());
        var server = open(namespaces.make(
                Network.SERVER,
                () -> new ExternalServer(List.of(Network.SERVER4, Network.SERVER6), Set.of(EIP4, EIP6))));
        parts = Optional.of(new Parts(network, fleet, server, open(watch())));
        tell.accept("waiting until each node is ready and the EIP has its holder");
        awaitReady();
        for (NodeId node : Network.nodes()) {
            pods.put(node, open(traffic(server, node)));
        }
        // A node may be Ready a moment before it has read the pods.
        Waiting.until(
                SETTLE_LIMIT,
                "each pod's packets have the EIP",
                () -> pods.values().stream()
                        .flatMap(pod -> pod.streams().stream())
                        .allMatch(stream -> stream.sightings().isRight()));
        network.forgetConnections();
        renewFlows(Network.nodes());
        awaitFlowing(Network.nodes());
        warmUp();
        tell.accept("every pod's packets reach the external server with " + EIP4 + " and " + EIP6);
    }

    /**
     * Makes one planned move that is not judged: freshly started processes are slow the first time, and nodes still
     * handle connections that began before they knew the pods.
     */
    private void warmUp() {
        NodeId first = holder().orElseThrow();
        drain(first, true);
        awaitHolderOtherThan(first);
        drain(first, false);
        awaitReady();
        awaitFlowing(Network.nodes());
    }

    private <T extends AutoCloseable> T open(T part) {
        synchronized (open) {
            open.add(part);
        }
        return part;
    }

    private SegmentWatch watch() throws IOException {
        var eips = Set.of(EIP4, EIP6);
        var arguments = SegmentWatch.arguments(Network.SEGMENT, eips, List.of(Network.SERVER4, Network.SERVER6));
        Process tcpdump = new ProcessBuilder(namespaces.inside(Network.SWITCH, arguments.toArray(String[]::new)))
                .redirectError(Path.of(file("tcpdump.log")).toFile())
                .start();
        return new SegmentWatch(tcpdump, eips);
    }

    private PodTraffic traffic(ExternalServer server, NodeId node) {
        return namespaces.make(
                Network.pod(node),
                () -> new PodTraffic(
                        Network.pod(node),
                        new InetSocketAddress(InetAddress.getByName(Network.SERVER4), ExternalServer.PORT),
                        server.stream(EIP4),
                        new InetSocketAddress(InetAddress.getByName(Network.SERVER6), ExternalServer.PORT),
                        server.stream(EIP6)));
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    private Parts parts() {
        return parts.orElseThrow();
    }

    /** Broker, coordinator and agents. */
    public Services services() {
        return services;
    }

    /** Turns the node's power off: the agent is killed, and no frame leaves or reaches the node. */
    public void powerOff(NodeId node) {
        services.killAgent(node);
        links(node, false);
    }

    /** Sets all links of the node up or down; does not start its agent. */
    public void links(NodeId node, boolean up) {
        parts().network().segmentLink(node, up);
        parts().network().kafkaLink(node, up);
    }

    /** Sets only the node's link to Kafka up or down. */
    public void kafkaLink(NodeId node, boolean up) {
        parts().network().kafkaLink(node, up);
    }

    public void drain(NodeId node, boolean drain) {
        parts().fleet().declare(List.of(new DrainRequested(node, drain)), List.of());
    }

    public void deleteTunnel(NodeId node) {
        parts().network().deleteTunnel(node);
    }

    /** Returns when the agent has made them anew. */
    public void flushTables(NodeId node) {
        parts().network().flushTables(node);
        awaitTables(node);
    }

    /** Returns when the agent has made them anew. */
    public void deleteTables(NodeId node) {
        parts().network().deleteTables(node);
        awaitTables(node);
    }

    private void awaitTables(NodeId node) {
        Waiting.until(
                SETTLE_LIMIT,
                "the tables of " + node + " are there again",
                () -> parts().network().hasTables(node));
    }

    /** The EIP's assignment by the logs. */
    public Optional<Assignment> assignment() {
        return parts().fleet().state().stream()
                .flatMap(state -> state.eips().values().stream())
                .map(eip -> eip.assignment())
                .filter(assignment -> assignment.eip().has(EIP4))
                .findFirst();
    }

    /** The node that has acknowledged that it holds the EIP. */
    public Optional<NodeId> holder() {
        return assignment()
                .filter(eip -> eip.step() == AssignmentStep.HELD)
                .flatMap(Assignment::holder)
                .map(Holder::node);
    }

    /** All nodes but these. */
    public static List<NodeId> others(NodeId... nodes) {
        var rest = new ArrayList<>(Network.nodes());
        rest.removeAll(List.of(nodes));
        return rest;
    }

    public void awaitHolderOtherThan(NodeId node) {
        Waiting.until(
                SETTLE_LIMIT,
                "another holder than " + node,
                () -> holder().filter(holder -> !holder.equals(node)).isPresent());
    }

    public void awaitStep(AssignmentStep step) {
        Waiting.until(
                SETTLE_LIMIT,
                "the EIP is " + step,
                () -> assignment().filter(eip -> eip.step() == step).isPresent());
    }

    /** All nodes ready, all agents alive, the EIP held. */
    public void awaitReady() {
        Waiting.until(Services.START_LIMIT, "all nodes are ready and the EIP is held", () -> {
            services.requireAgents();
            return holder().isPresent() && Network.nodes().stream().allMatch(parts().fleet()::isReady);
        });
    }

    /** Waits until datagrams and long-lived connections of these nodes' pods get through. */
    public void awaitFlowing(Collection<NodeId> nodes) {
        long now = System.nanoTime();
        Supplier<List<String>> missing = () -> nodes.stream()
                .flatMap(node -> pod(node).missingSince(now).stream())
                .toList();
        Waiting.until(
                SETTLE_LIMIT,
                () -> "traffic flows again: " + missing.get(),
                () -> missing.get().isEmpty());
    }

    /** Has pods that were cut off for long open their long-lived connections again. */
    public void renewFlows(Collection<NodeId> nodes) {
        nodes.forEach(node -> pod(node).renewFlows());
    }

    PodTraffic pod(NodeId node) {
        return Optional.ofNullable(pods.get(node)).orElseThrow();
    }

    Fleet fleet() {
        return parts().fleet();
    }

    ExternalServer server() {
        return parts().server();
    }

    SegmentWatch segment() {
        return parts().watch();
    }

    /** Folds all logs again and compares; coordination, then liveness. */
    public List<Replay.Report> replay() {
        return parts().fleet().replay();
    }

    /** Declares other times, and returns when this node's lease has followed. */
    public void declareTimings(NodeId node, Duration evictionTimeout) {
        var changed = new Timings(timings.tunnelUpdatePeriod(), timings.tunnelMonitorPeriod(), evictionTimeout);
        parts().fleet().declare(List.of(new SettingsDeclared(Settings.DEFAULT.withTimings(changed))), List.of());
        Waiting.until(
                SETTLE_LIMIT,
                node + " counts on " + evictionTimeout.toMillis() + " ms",
                () -> parts().fleet().heartbeatsStating(node, evictionTimeout) >= WRITTEN_DOWN_AFTER);
    }

    public Timings timings() {
        return timings;
    }

    /** The directory with the logs of all processes. */
    public Path folder() {
        return folder;
    }

    /** Commands with which a person can look around in the lab. */
    public List<String> ways() {
        return List.of(
                "ip netns exec " + namespaces.full(Network.SWITCH) + " baton get eips --bootstrap "
                        + Services.BOOTSTRAP,
                "ip netns exec " + namespaces.full("node1") + " nft list ruleset");
    }

    /** Removes the logs too, after a run in which everything held. */
    public void forgetLogs() {
        close();
        try {
            TemporaryFolder.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Called when the process ends, by a signal or because everything is done. */
    private void interrupted() {
        synchronized (open) {
            if (!closed) {
                tell.accept("interrupted: removing what was made; logs stay in " + folder);
            }
        }
        close();
    }

    /** Ends all processes and removes all namespaces. The logs stay. */
    @Override
    public void close() {
        List<AutoCloseable> parts;
        synchronized (open) {
            if (closed) {
                return;
            }
            closed = true;
            parts = List.copyOf(open).reversed();
        }
        services.close();
        for (AutoCloseable part : parts) {
            try {
                part.close();
            } catch (Exception e) {
                tell.accept("while closing: " + e); // the namespaces must be removed all the same
            }
        }
        namespaces.close();
    }
}
