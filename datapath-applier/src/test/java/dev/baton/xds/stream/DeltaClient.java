package dev.baton.xds.stream;

import com.google.protobuf.Any;
import com.google.rpc.Status;
import dev.baton.xds.resource.Resource;
import dev.baton.xds.resource.ResourceType;
import dev.baton.xds.resource.Resources;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Plays a client of the incremental form; what it is told reads as {@code CLUSTER +a1 -b}. */
final class DeltaClient {
    private final DeltaWire wire = new DeltaWire();
    private final Map<ResourceType, String> nonces = new EnumMap<>(ResourceType.class);

    static Resource resource(ResourceType type, String name, long version) {
        return new Resource(type, name, version, Any.getDefaultInstance());
    }

    static Resources view(Resource... resources) {
        return Resources.of(List.of(resources));
    }

    /** A cluster, its endpoints, and the routes to it. */
    static Resources view(String cluster, long version) {
        return view(
                resource(ResourceType.CLUSTER, cluster, version),
                resource(ResourceType.ENDPOINTS, cluster, version),
                resource(ResourceType.LISTENER, "l", 1),
                resource(ResourceType.ROUTES, "r", version));
    }

    List<String> show(Resources view) {
        wire.show(view);
        return due();
    }

    List<String> ask(ResourceType type, String... names) {
        return ask(type, Map.of(), names);
    }

    List<String> ask(ResourceType type, Map<String, String> known, String... names) {
        return send(
                request(type).addAllResourceNamesSubscribe(Arrays.asList(names)).putAllInitialResourceVersions(known));
    }

    List<String> forgets(ResourceType type, String name) {
        return send(request(type).addResourceNamesUnsubscribe(name));
    }

    List<String> acknowledge(ResourceType type) {
        return send(request(type).setResponseNonce(nonce(type)));
    }

    Optional<Answer> refuse(ResourceType type) {
        return wire.receive(request(type)
                .setResponseNonce(nonce(type))
                .setErrorDetail(Status.newBuilder().setMessage("no"))
                .build());
    }

    /** A client that has all of this view and has said so. */
    DeltaClient settled(Resources view) {
        show(view);
        ask(ResourceType.CLUSTER);
        acknowledge(ResourceType.CLUSTER);
        ask(ResourceType.ENDPOINTS, view.of(ResourceType.ENDPOINTS).keySet().toArray(new String[0]));
        acknowledge(ResourceType.ENDPOINTS);
        ask(ResourceType.LISTENER);
        acknowledge(ResourceType.LISTENER);
        ask(ResourceType.ROUTES, "r");
        acknowledge(ResourceType.ROUTES);
        return this;
    }

    List<String> due() {
        return wire.due().stream().map(this::read).toList();
    }

    private List<String> send(DeltaDiscoveryRequest.Builder request) {
        wire.receive(request.build());
        return due();
    }

    private static DeltaDiscoveryRequest.Builder request(ResourceType type) {
        return DeltaDiscoveryRequest.newBuilder().setTypeUrl(type.url());
    }

    private String nonce(ResourceType type) {
        return nonces.getOrDefault(type, "");
    }

    private String read(DeltaDiscoveryResponse response) {
        ResourceType type = ResourceType.ofUrl(response.getTypeUrl()).orElseThrow();
        nonces.put(type, response.getNonce());
        String added = response.getResourcesList().stream()
                .map(resource -> " +" + resource.getName() + resource.getVersion())
                .collect(Collectors.joining());
        String removed = response.getRemovedResourcesList().stream()
                .map(name -> " -" + name)
                .collect(Collectors.joining());
        return type + added + removed;
    }
}
