package dev.baton.bridge.admission;

import dev.baton.bridge.api.EgressClusterInfo;
import dev.baton.bridge.api.EgressGateway;
import dev.baton.bridge.manifest.KubernetesObjects;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** Asks the API server each time: always up to date, at the cost of one request for each admission. */
public final class LiveObjects implements ClusterObjects {
    private final KubernetesClient client;

    public LiveObjects(KubernetesClient client) {
        this.client = client;
    }

    @Override
    public Collection<EgressGateway> gateways() {
        return client.resources(EgressGateway.class).list().getItems();
    }

    @Override
    public Optional<EgressGateway> gateway(String name) {
        return Optional.ofNullable(
                client.resources(EgressGateway.class).withName(name).get());
    }

    @Override
    public Optional<EgressClusterInfo> clusterInfo() {
        return Optional.ofNullable(
                client.resources(EgressClusterInfo.class).withName("default").get());
    }

    @Override
    public Map<String, String> namespaceLabels(String namespace) {
        return Optional.ofNullable(client.namespaces().withName(namespace).get())
                .map(KubernetesObjects::labels)
                .orElse(Map.of());
    }
}
