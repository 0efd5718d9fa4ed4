package dev.baton.xds.stream;

import static dev.baton.xds.resource.ResourceType.CLUSTER;
import static dev.baton.xds.resource.ResourceType.ENDPOINTS;
import static dev.baton.xds.resource.ResourceType.LISTENER;
import static dev.baton.xds.resource.ResourceType.ROUTES;
import static dev.baton.xds.stream.DeltaClient.view;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.Any;
import com.google.rpc.Status;
import dev.baton.xds.resource.Resource;
import dev.baton.xds.resource.ResourceType;
import dev.baton.xds.resource.Resources;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What a gRPC client is told. It asks for names, listeners first. */
class SotwWireTest {
    private final SotwWire wire = new SotwWire();
    private final Map<ResourceType, String> nonces = new EnumMap<>(ResourceType.class);

    private static Resource resource(ResourceType type, String name, long version) {
        return new Resource(
                type, name, version, Any.newBuilder().setTypeUrl(name + version).build());
    }

    private static Resources ofCluster(String cluster, long version) {
        return view(
                resource(CLUSTER, cluster, version),
                resource(ENDPOINTS, cluster, version),
                resource(LISTENER, "l", 1),
                resource(ROUTES, "r", version));
    }

    private DiscoveryRequest.Builder request(ResourceType type, String... names) {
        return DiscoveryRequest.newBuilder()
                .setTypeUrl(type.url())
                .setResponseNonce(nonces.getOrDefault(type, ""))
                .addAllResourceNames(Arrays.asList(names));
    }

    private List<String> ask(ResourceType type, String... names) {
        wire.receive(request(type, names).build());
        return due();
    }

    private List<String> show(Resources view) {
        wire.show(view);
        return due();
    }

    private List<String> due() {
        return wire.due().stream().map(this::read).toList();
    }

    private String read(DiscoveryResponse response) {
        ResourceType type = ResourceType.ofUrl(response.getTypeUrl()).orElseThrow();
        nonces.put(type, response.getNonce());
        return type
                + response.getResourcesList().stream()
                        .map(body -> " " + body.getTypeUrl())
                        .collect(Collectors.joining());
    }

    private void settle(String cluster) {
        ask(LISTENER, "l");
        ask(LISTENER, "l");
        ask(ROUTES, "r");
        ask(ROUTES, "r");
        ask(CLUSTER, cluster);
        ask(CLUSTER, cluster);
        ask(ENDPOINTS, cluster);
        ask(ENDPOINTS, cluster);
    }

    @Test
    void namesAreAnsweredStepByStep() {
        show(ofCluster("a", 1));
        assertEquals(List.of("LISTENER l1"), ask(LISTENER, "l"));
        assertEquals(List.of(), ask(LISTENER, "l"));
        assertEquals(List.of("ROUTES r1"), ask(ROUTES, "r"));
        assertEquals(List.of(), ask(ROUTES, "r"));
        assertEquals(List.of("CLUSTER a1"), ask(CLUSTER, "a"));
        assertEquals(List.of(), ask(CLUSTER, "a"));
        assertEquals(List.of("ENDPOINTS a1"), ask(ENDPOINTS, "a"));
    }

    @Test
    void routesToAClusterThatTheClientDoesNotKnowYetAreNotHeldBack() {
        show(ofCluster("a", 1));
        settle("a");
        assertEquals(List.of("ROUTES r2"), show(ofCluster("b", 2)));
    }

    @Test
    void aResponseOfClustersHoldsAllOfThemAlsoThoseThatWillGo() {
        show(ofCluster("a", 1));
        settle("a");
        show(ofCluster("b", 2));
        assertEquals(List.of("CLUSTER a1 b2"), ask(CLUSTER, "a", "b"));
        ask(CLUSTER, "a", "b");
        ask(ENDPOINTS, "a", "b");
        ask(ENDPOINTS, "a", "b");
        assertEquals(List.of("CLUSTER b2"), ask(ROUTES, "r"));
    }

    @Test
    void aListenerThatIsNotThereIsSaidToBeMissing() {
        show(Resources.NONE);
        assertEquals(List.of("LISTENER"), ask(LISTENER, "none"));
        assertEquals(List.of(), ask(LISTENER, "none"));
        assertEquals(List.of("LISTENER none1"), show(view(resource(LISTENER, "none", 1))));
    }

    @Test
    void endpointsThatAreNotThereCannotBeSaidToBe() {
        show(ofCluster("a", 1));
        settle("a");
        assertEquals(List.of(), ask(ENDPOINTS, "a", "none"));
    }

    @Test
    void ofChangedEndpointsOnlyThoseAreSent() {
        show(view(resource(ENDPOINTS, "a", 1), resource(ENDPOINTS, "b", 1)));
        assertEquals(List.of("ENDPOINTS a1 b1"), ask(ENDPOINTS, "a", "b"));
        assertEquals(List.of(), ask(ENDPOINTS, "a", "b"));
        assertEquals(List.of("ENDPOINTS b2"), show(view(resource(ENDPOINTS, "a", 1), resource(ENDPOINTS, "b", 2))));
    }

    @Test
    void aRefusalOfAnEarlierResponseCountsAndItsNamesDoNot() {
        show(view(resource(ENDPOINTS, "a", 1)));
        ask(ENDPOINTS, "a");
        var refusal = request(ENDPOINTS, "a", "b")
                .setErrorDetail(Status.newBuilder().setMessage("no"))
                .build();
        show(view(resource(ENDPOINTS, "a", 2), resource(ENDPOINTS, "b", 2)));
        assertEquals(Optional.of("no"), wire.receive(refusal).flatMap(Answer::error));
        assertEquals(List.of(), due());
        assertEquals(List.of("ENDPOINTS b2"), ask(ENDPOINTS, "a", "b"));
    }

    @Test
    void whoAsksForNoNameIsToldOfAllClusters() {
        show(view(resource(CLUSTER, "a", 1)));
        assertEquals(List.of("CLUSTER a1"), ask(CLUSTER));
        assertEquals(List.of("CLUSTER a1 b1"), show(view(resource(CLUSTER, "a", 1), resource(CLUSTER, "b", 1))));
    }
}
