package dev.baton.e2e.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.baton.e2e.Eventually;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Three nodes with Baton. The first two are gateway nodes; a policy selects the client pods, one on each node. Tests
 * share one setup, and each leaves it as it found it.
 */
final class EgressSetup {
    static final String EIP = "10.89.0.56";
    static final String OTHER_EIP = "10.89.0.55";
    static final List<String> NODES = List.of("node1", "node2", "node3");
    static final List<String> GATEWAY_NODES = NODES.subList(0, 2);

    private static final long SLOW_MILLIS = 5_000;
    private static final Set<String> LOST = Set.of("HeartbeatTimeout", "NodeNotReady");
    private static final String EVENT_LINES = "get events --sort-by=.metadata.creationTimestamp";

    final Cluster cluster;
    final BatonOnCluster product;
    final ServerView server;

    private static final OneAtATime<EgressSetup> SHARED =
            new OneAtATime<>(EgressSetup::start, egress -> egress.cluster.close());

    private EgressSetup(Cluster cluster, BatonOnCluster product, ServerView server) {
        this.cluster = cluster;
        this.product = product;
        this.server = server;
    }

    static EgressSetup shared() {
        return SHARED.get();
    }

    private static EgressSetup start() {
        long begin = System.nanoTime();
        Cluster cluster =
                Cluster.start(NODES.size(), Path.of("target", "cluster").toAbsolutePath());
        BatonOnCluster product = BatonOnCluster.start(cluster, NODES);
        cluster.kubectl("label node " + String.join(" ", GATEWAY_NODES) + " egress=true");
        var egress = new EgressSetup(cluster, product, new ServerView(cluster));
        egress.apply("web.yaml");
        egress.apply("egress.yaml");
        egress.settle();
        System.out.println("cluster: three nodes, Baton and clients within " + millis(begin) + " ms");
        return egress;
    }

    static long millis(long since) {
        return Duration.ofNanos(System.nanoTime() - since).toMillis();
    }

    /** A manifest from the folder of these tests. */
    void apply(String name) {
        cluster.kubectl().apply(manifest(name)).succeeded();
    }

    static String manifest(String name) {
        try (InputStream stream = EgressSetup.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(stream, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Waits until everything runs and every client reaches the server with the EIP, then forgets the packets so far.
     */
    void settle() {
        slowly("nodes", () -> cluster.kubectl("wait --for=condition=Ready --timeout=50s node --all"));
        slowly("agents", () -> cluster.kubectl("-n baton rollout status daemonset/baton-agent --timeout=50s"));
        slowly("clients", () -> cluster.kubectl("rollout status deployment/web --timeout=50s"));
        slowly("tunnels", () -> NODES.forEach(node -> awaitPhase(node, "Ready")));
        slowly("traffic", () -> server.awaitFlow(EIP, List.of(1, 2, 3)));
        slowly("statuses", () -> awaitField("egp policy1", "{.status.node}", holder()));
        server.begin();
        server.awaitFlow(EIP, List.of(1, 2, 3));
    }

    /** Runs a step, and prints how long it took if that was long. */
    private static void slowly(String what, Runnable step) {
        long begin = System.nanoTime();
        step.run();
        if (millis(begin) > SLOW_MILLIS) {
            System.out.println("waited " + millis(begin) + " ms for the " + what);
        }
    }

    /** The node that sends with the EIP now, as the external server sees it. */
    String holder() {
        return server.sender(EIP).orElseThrow();
    }

    void awaitHolder(String node) {
        until("the server sees the EIP from " + node, () -> holder().equals(node));
    }

    static String other(String gatewayNode) {
        return GATEWAY_NODES.stream()
                .filter(node -> !node.equals(gatewayNode))
                .findFirst()
                .orElseThrow();
    }

    static int number(String node) {
        return Integer.parseInt(node.substring("node".length()));
    }

    void awaitPhase(String node, String phase) {
        awaitField("egt " + node, "{.status.phase}", phase);
    }

    /** Waits until the node is shown as lost: first for its missing heartbeats, then because Kubernetes says so. */
    void awaitLost(String node) {
        until(
                "the tunnel of " + node + " is shown as lost",
                () -> LOST.contains(field("egt " + node, "{.status.phase}")));
    }

    /** Waits for a field of an object as kubectl prints it. */
    void awaitField(String object, String path, String value) {
        until(object + " " + path + " is " + value, () -> field(object, path).equals(value));
    }

    /** Empty if there is no such object. */
    String field(String object, String path) {
        var words = new ArrayList<>(List.of("get"));
        words.addAll(List.of(object.split(" ")));
        words.addAll(List.of("-o", "jsonpath=" + path));
        return cluster.kubectl().run(words.toArray(String[]::new)).out();
    }

    static void until(String what, BooleanSupplier condition) {
        Eventually.holds(Eventually.LONG, what, condition);
    }

    /** Kubernetes' events of Baton, oldest first. */
    String events() {
        return cluster.kubectl(EVENT_LINES);
    }

    /** Asserts what must always hold for all traffic: no source but this EIP, and one sending node after another. */
    void assertOnly(String eip, List<String> turns) {
        assertEquals(List.of(), server.othersThan(Set.of(eip)), "packets with another source");
        assertEquals(Set.of(eip), server.sources(), "sources in the server's log");
        assertTurns(eip, turns);
    }

    void assertTurns(String eip, List<String> turns) {
        assertEquals(turns, server.turns(eip), "nodes that sent with " + eip + ", in turn");
    }

    /** Runs a command in the policy's pod on this node. */
    String inPod(String node, String... command) {
        String pod = field("pod -l app=web --field-selector spec.nodeName=" + node, "{.items[0].metadata.name}");
        var words = new ArrayList<>(List.of("exec", pod, "--"));
        words.addAll(List.of(command));
        return cluster.kubectl()
                .run(words.toArray(String[]::new))
                .succeeded()
                .out()
                .strip();
    }

    /** Fetches a URL from the pod on this node. @return the body of the answer */
    String get(String node, String url) {
        return inPod(node, "timeout", "5", "wget", "-qO-", url);
    }

    /** {@code kill -9} of the agent's process, wherever it runs on the node. */
    void killAgent(String node) {
        String pid = cluster.in(node, "pgrep", "-f", "dev.baton.launcher.Baton agent")
                .strip();
        cluster.in(node, "kill", "-KILL", pid);
    }

    /** The longest stall so far of the connection that the client on this node keeps open. */
    long longestStallMillis(String node) {
        String pod = field("pod -l app=web --field-selector spec.nodeName=" + node, "{.items[0].metadata.name}");
        return cluster.kubectl("logs " + pod)
                .lines()
                .map(line -> line.split(" "))
                .filter(words -> words[0].equals("stalled"))
                .mapToLong(words -> Long.parseLong(words[1]))
                .max()
                .orElse(0);
    }

    /** How many of the connections that the running clients keep open have ended. */
    long endedConnections() {
        return cluster.kubectl("logs -l app=web --tail=-1")
                .lines()
                .filter("ended"::equals)
                .count();
    }
}
