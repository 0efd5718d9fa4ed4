package dev.baton.e2e.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Baton on a cluster: broker, coordinator and bridge beside the control plane, agents as the DaemonSet that is shipped.
 */
final class BatonOnCluster {
    static final String NAMESPACE = "baton";

    private static final String ON_NODE = "/opt/baton";

    private final Cluster cluster;
    private final Path root = Path.of(System.getProperty("baton.root"));
    final Services services;

    private BatonOnCluster(Cluster cluster) {
        this.cluster = cluster;
        this.services = new Services(cluster);
    }

    /** Returns when all processes run; they may not work yet. */
    static BatonOnCluster start(Cluster cluster, List<String> nodes) {
        var product = new BatonOnCluster(cluster);
        product.services.startBroker();
        product.services.start("coordinator", "coordinator started", "coordinator", "--bootstrap", Services.BOOTSTRAP);
        cluster.kubectl("apply --server-side -f " + product.root.resolve("deploy/crds"));
        cluster.kubectl("create namespace " + NAMESPACE);
        product.startBridge("off");
        for (String node : nodes) {
            Distribution.lay(cluster.folder(node).resolve("baton"));
        }
        product.deployAgents();
        return product;
    }

    private void startBridge(String unknownPods) {
        services.start(
                "bridge",
                "bridge started",
                "bridge",
                "--bootstrap",
                Services.BOOTSTRAP,
                "--kubeconfig",
                cluster.folder(Cluster.CONTROL).resolve("kubeconfig").toString(),
                "--namespace",
                NAMESPACE,
                "--heartbeat-refresh",
                "5s",
                "--unknown-pods",
                unknownPods);
    }

    /** Another bridge, with this setting. */
    void restartBridge(String unknownPods) {
        services.stop("bridge");
        startBridge(unknownPods);
    }

    /** Deploys the shipped manifest, with the distribution in each node's folder in place of the image. */
    private void deployAgents() {
        Path folder = cluster.folder(Cluster.CONTROL).resolve("agent");
        String command = Distribution.agent(ON_NODE).stream()
                .map(word -> "\"" + word + "\"")
                .collect(Collectors.joining(", ", "[", "]"));
        try {
            String text = EgressSetup.manifest("kustomization.yaml");
            Files.createDirectories(folder);
            Files.copy(root.resolve("deploy/kubernetes/agent.yaml"), folder.resolve("agent.yaml"));
            Files.writeString(
                    folder.resolve("kustomization.yaml"),
                    text.replace("@COMMAND@", command)
                            .replace("@BOOTSTRAP@", Services.BOOTSTRAP)
                            .replace("@FOLDER@", Cluster.ON_NODE + "/baton")
                            .replace("@JAVA@", System.getProperty("java.home")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cluster.kubectl("apply -k " + folder);
    }
}
