package dev.baton.e2e.cluster;

import dev.baton.e2e.Eventually;
import dev.baton.launcher.jvm.JvmOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Baton on a cluster: broker, coordinator and bridge beside the control plane, agents as the DaemonSet that is shipped. */
final class Product {
    static final String NAMESPACE = "baton";
    static final String BOOTSTRAP = Cluster.CONTROL_ADDRESS + ":19092";

    private static final String ON_NODE = "/opt/baton";

    private final Cluster cluster;
    private final Path root = Path.of(System.getProperty("baton.root"));

    private Product(Cluster cluster) {
        this.cluster = cluster;
    }

    /** Returns when all of it runs; whether it works yet, others ask. */
    static Product start(Cluster cluster, List<String> nodes) {
        var product = new Product(cluster);
        product.launch("broker", "broker ready", "broker", "--host", Cluster.CONTROL_ADDRESS);
        product.launch("coordinator", "coordinator started", "coordinator", "--bootstrap", BOOTSTRAP);
        cluster.kubectl("apply --server-side -f " + product.root.resolve("deploy/crds"));
        cluster.kubectl("create namespace " + NAMESPACE);
        product.launch(
                "bridge",
                "bridge started",
                "bridge",
                "--bootstrap",
                BOOTSTRAP,
                "--kubeconfig",
                cluster.folder(Cluster.CONTROL).resolve("kubeconfig").toString(),
                "--namespace",
                NAMESPACE,
                "--heartbeat-refresh",
                "5s");
        for (String node : nodes) {
            Distribution.lay(cluster.folder(node).resolve("baton"));
        }
        product.deployAgents();
        return product;
    }

    /** As {@code baton} on an administrator's machine. */
    String baton(String words) {
        var arguments = new ArrayList<>(List.of(words.split(" ")));
        arguments.addAll(List.of("--bootstrap", BOOTSTRAP));
        return cluster.in(
                Cluster.CONTROL,
                Distribution.command(JvmOptions.COMMAND, arguments.toArray(String[]::new))
                        .toArray(String[]::new));
    }

    Path log(String service) {
        return cluster.folder(Cluster.CONTROL).resolve("baton-" + service + ".log");
    }

    private void launch(String name, String ready, String... arguments) {
        try {
            Path log = log(name);
            var builder = cluster.inside(
                    Cluster.CONTROL,
                    Distribution.command(JvmOptions.SERVICE, arguments).toArray(String[]::new));
            Process process = builder.redirectErrorStream(true)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(log.toFile())
                    .start();
            Eventually.holds(Eventually.LONG, name + " says \"" + ready + "\"; see " + log, () -> {
                String said = read(log);
                if (!process.isAlive()) {
                    throw new AssertionError(name + " ended:\n" + said);
                }
                return said.contains(ready);
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The shipped manifest with the image's place taken by the distribution in each node's folder. */
    private void deployAgents() {
        Path folder = cluster.folder(Cluster.CONTROL).resolve("agent");
        String command = Distribution.agent(ON_NODE).stream()
                .map(word -> "\"" + word + "\"")
                .collect(Collectors.joining(", ", "[", "]"));
        try {
            String text = Egress.manifest("kustomization.yaml");
            Files.createDirectories(folder);
            Files.copy(root.resolve("deploy/kubernetes/agent.yaml"), folder.resolve("agent.yaml"));
            Files.writeString(
                    folder.resolve("kustomization.yaml"),
                    text.replace("@COMMAND@", command)
                            .replace("@BOOTSTRAP@", BOOTSTRAP)
                            .replace("@FOLDER@", Cluster.ON_NODE + "/baton")
                            .replace("@JAVA@", System.getProperty("java.home")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cluster.kubectl("apply -k " + folder);
    }
}
