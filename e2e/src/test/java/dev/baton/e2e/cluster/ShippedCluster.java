package dev.baton.e2e.cluster;

import dev.baton.e2e.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A cluster whose nodes have the image that the manifests name, with a broker and nothing else of Baton. The tests that
 * install Baton as users do share it, and each removes what it installed.
 */
final class ShippedCluster {
    static final List<String> NODES = List.of("node1", "node2", "node3");

    private static final Path ROOT = Path.of(System.getProperty("baton.root"));
    private static final Duration LIMIT = Duration.ofMinutes(3);

    final Cluster cluster;
    final Services services;
    final ServerView server;

    private static final OneAtATime<ShippedCluster> SHARED =
            new OneAtATime<>(ShippedCluster::start, shipped -> shipped.cluster.close());

    private ShippedCluster(Cluster cluster) {
        this.cluster = cluster;
        this.services = new Services(cluster);
        this.server = new ServerView(cluster);
    }

    static ShippedCluster shared() {
        return SHARED.get();
    }

    private static ShippedCluster start() {
        long begin = System.nanoTime();
        Path image = Image.build(Path.of("target", "image").toAbsolutePath());
        long built = System.nanoTime();
        Cluster cluster =
                Cluster.start(NODES.size(), Path.of("target", "shipped").toAbsolutePath());
        cluster.load(image);
        // For admission: the API server's place has no kube-proxy, so it reaches Services by way of a node.
        cluster.in(Cluster.CONTROL, "ip route add 10.96.0.0/24 via 10.89.0.11");
        var shipped = new ShippedCluster(cluster);
        shipped.services.startBroker();
        cluster.kubectl("label node node1 node2 egress=true");
        cluster.kubectl().apply(EgressSetup.manifest("web.yaml")).succeeded();
        cluster.kubectl("rollout status deployment/web --timeout=50s");
        System.out.println("shipped: image within " + (EgressSetup.millis(begin) - EgressSetup.millis(built))
                + " ms, nodes that have it within " + EgressSetup.millis(built) + " ms");
        return shipped;
    }

    static Path crds() {
        return ROOT.resolve("deploy/crds");
    }

    static Path chart() {
        return ROOT.resolve("deploy/charts/baton");
    }

    /** A folder of manifests as their user prepares it: with the address of Kafka. */
    Path manifests(String folder) {
        Path copy = cluster.folder(Cluster.CONTROL).resolve(folder.replace('/', '-'));
        try (Stream<Path> files = Files.list(ROOT.resolve("deploy").resolve(folder))) {
            Files.createDirectories(copy);
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.writeString(
                        copy.resolve(String.valueOf(file.getFileName())),
                        Files.readString(file).replace("kafka-0:9092", Services.BOOTSTRAP));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return copy;
    }

    /** Waits until all of Baton in this namespace is as its Deployments and its DaemonSet want it. */
    void awaitRollout(String namespace) {
        for (String what :
                List.of("deployment/baton-coordinator", "deployment/baton-bridge", "daemonset/baton-agent")) {
            slowly("-n " + namespace + " rollout status " + what + " --timeout=170s");
        }
    }

    /** Runs a kubectl command that may take minutes. */
    String slowly(String words) {
        return cluster.kubectl().run("", LIMIT, words.split(" ")).succeeded().out();
    }

    /** What the agents said of their leases, and of what kept them from renewing them. */
    String leases(Duration within) {
        return cluster.kubectl("-n baton logs -l app.kubernetes.io/component=agent --prefix --tail=-1 --since="
                        + (within.toSeconds() + 5) + "s")
                .lines()
                .filter(line -> line.matches(".*(lease|incarnation|stuck|silent|lost|unreachable|withheld|frozen).*"))
                .collect(Collectors.joining("\n"));
    }

    String field(String object, String path) {
        var words = new ArrayList<>(List.of("get"));
        words.addAll(List.of(object.split(" ")));
        words.addAll(List.of("-o", "jsonpath=" + path));
        return cluster.kubectl().run(words.toArray(String[]::new)).out();
    }

    void awaitField(String object, String path, String value) {
        until(object + " " + path + " is " + value, () -> field(object, path).equals(value));
    }

    static void until(String what, BooleanSupplier condition) {
        Eventually.holds(Eventually.LONG, what, condition);
    }

    /** What an agent has made on its node, as the node's tools list it; empty if there is nothing. */
    String tracesOn(String node) {
        return cluster.in(
                        node,
                        "bash",
                        "-c",
                        "ip -o link show | grep egress; ip -o addr show | grep -E '10\\.89\\.0\\.5[56]';"
                                + " ip rule | grep -v -E 'local|main|default';"
                                + " nft list tables | grep baton; true")
                .strip();
    }
}
