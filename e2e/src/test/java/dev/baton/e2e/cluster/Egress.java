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
 * Three nodes with Baton, of which the first two are a gateway's, and a client pod on each that a policy is about. One
 * for all tests of it, each of which leaves it as it found it.
 */
final class Egress {
    static final String EIP = "10.89.0.56";
    static final String OTHER_EIP = "10.89.0.55";
    static final List<String> NODES = List.of("node1", "node2", "node3");
    static final List<String> GATEWAY_NODES = NODES.subList(0, 2);

    private static final long SLOW_MILLIS = 5_000;
    private static final Set<String> LOST = Set.of("HeartbeatTimeout", "NodeNotReady");
    private static final String EVENT_LINES = "get events --sort-by=.metadata.creationTimestamp";

    final Cluster cluster;
    final Product product;
    final ServerView server;

    private static final OneAtATime<Egress> SHARED = new OneAtATime<>(Egress::start, egress -> egress.cluster.close());

    private Egress(Cluster cluster, Product product, ServerView server) {
        this.cluster = cluster;
        this.product = product;
        this.server = server;
    }

    static Egress shared() {
        return SHARED.get();
    }

    private static Egress start() {
        long begin = System.nanoTime();
        Cluster cluster =
                Cluster.start(NODES.size(), Path.of("target", "cluster").toAbsolutePath());
        Product product = Product.start(cluster, NODES);
        cluster.kubectl("label node " + String.join(" ", GATEWAY_NODES) + " egress=true");
        var egress = new Egress(cluster, product, new ServerView(cluster));
        egress.apply("web.yaml");
        egress.apply("egress.yaml");
        egress.settle();
        System.out.println("cluster: three nodes, Baton and clients within " + millis(begin) + " ms");
        return egress;
    }

    static long millis(long since) {
        return Duration.ofNanos(System.nanoTime() - since).toMillis();
    }

    /** A manifest that lies beside these tests. */
    void apply(String name) {
        cluster.kubectl().apply(manifest(name)).succeeded();
    }

    static String manifest(String name) {
        try (InputStream stream = Egress.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(stream, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Waits until everything runs and every client comes through with the EIP, and forgets what was seen until then.
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

    /** Says so if it takes long. */
    private static void slowly(String what, Runnable step) {
        long begin = System.nanoTime();
        step.run();
        if (millis(begin) > SLOW_MILLIS) {
            System.out.println("waited " + millis(begin) + " ms for the " + what);
        }
    }

    /** Who sends with the EIP now, by what the server outside sees. */
    String holder() {
        return server.sender(EIP).orElseThrow();
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

    /** First the log is silent about it, and then Kubernetes says so too. */
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

    /** Kubernetes' events of ours, oldest first. */
    String events() {
        return cluster.kubectl(EVENT_LINES);
    }

    /** What must hold of all traffic at all times: no source but this EIP, and one sender after the other. */
    void assertOnly(String eip, List<String> turns) {
        assertEquals(List.of(), server.othersThan(Set.of(eip)), "packets with another source");
        assertEquals(Set.of(eip), server.sources(), "sources in the server's log");
        assertTurns(eip, turns);
    }

    void assertTurns(String eip, List<String> turns) {
        assertEquals(turns, server.turns(eip), "nodes that sent with " + eip + ", in turn");
    }

    /** A command in the pod of the policy on this node. */
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

    /** Asked from the pod of this node; the answer is what the other side saw or has. */
    String get(String node, String url) {
        return inPod(node, "timeout", "5", "wget", "-qO-", url);
    }

    /** {@code kill -9} of the agent's process, wherever it runs on the node. */
    void killAgent(String node) {
        String pid = cluster.in(node, "pgrep", "-f", "dev.baton.launcher.Baton agent")
                .strip();
        cluster.in(node, "kill", "-KILL", pid);
    }

    /** Of the connection that the client on this node keeps, in all its time. */
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

    /** How often a connection that stays has ended, over all clients that run now. */
    long endedConnections() {
        return cluster.kubectl("logs -l app=web --tail=-1")
                .lines()
                .filter("ended"::equals)
                .count();
    }
}
