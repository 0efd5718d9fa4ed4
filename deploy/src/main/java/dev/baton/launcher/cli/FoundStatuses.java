package dev.baton.launcher.cli;

import dev.baton.bridge.api.EgressClusterPolicy;
import dev.baton.bridge.api.EgressGateway;
import dev.baton.bridge.api.EgressPolicy;
import dev.baton.bridge.api.EgressTunnel;
import dev.baton.bridge.manifest.Statuses;
import dev.baton.bridge.watch.ApiServer;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Optional;

/** Where EgressGateway's statuses are read from. */
public final class FoundStatuses {
    private FoundStatuses() {}

    /** @param file {@code -} = standard input */
    public static Statuses in(String file) throws IOException {
        String yaml = file.equals("-")
                ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
                : Files.readString(Path.of(file));
        return Statuses.read(file, yaml);
    }

    /** @param kubeconfig empty: the pod's service account, or kubectl's file */
    public static Statuses inCluster(Optional<Path> kubeconfig) {
        Config config = kubeconfig
                .map(file -> Config.fromKubeconfig(file.toFile()))
                .orElseGet(() -> Config.autoConfigure(null));
        try (var api = ApiServer.reach(config, ApiServer.CONNECT_LIMIT, ApiServer.REQUEST_LIMIT);
                KubernetesClient client = api.once()) {
            var objects = new ArrayList<HasMetadata>();
            objects.addAll(client.resources(EgressGateway.class).list().getItems());
            objects.addAll(client.resources(EgressTunnel.class).list().getItems());
            objects.addAll(
                    client.resources(EgressPolicy.class).inAnyNamespace().list().getItems());
            objects.addAll(client.resources(EgressClusterPolicy.class).list().getItems());
            return Statuses.of(objects);
        }
    }
}
