package dev.baton.xds.render;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.baton.contract.mesh.Caller;
import dev.baton.contract.mesh.Calls;
import dev.baton.contract.mesh.DestinationId;
import dev.baton.contract.mesh.EndpointAddress;
import dev.baton.contract.mesh.HostName;
import dev.baton.contract.mesh.Locality;
import dev.baton.contract.mesh.MemberId;
import dev.baton.contract.mesh.Route;
import dev.baton.contract.mesh.Route.ByLevel;
import dev.baton.contract.mesh.Route.ByWeight;
import dev.baton.contract.mesh.Route.Endpoint;
import dev.baton.contract.mesh.Route.Level;
import dev.baton.contract.mesh.Route.Share;
import dev.baton.contract.mesh.Route.Use;
import dev.baton.xds.render.Rendering.Rendered;
import dev.baton.xds.render.Rendering.Unrenderable;
import dev.baton.xds.resource.ResourceType;
import dev.baton.xds.resource.Resources;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a route becomes, by example. */
class RenderTest {
    private static Share share(String member, String host, Use use) {
        var endpoints = new TreeMap<EndpointAddress, Endpoint>();
        endpoints.put(new EndpointAddress(host, 80), new Endpoint(use, 100));
        return new Share(new MemberId(member), new Locality("eu", "a"), 50, endpoints);
    }

    private static Exposed exposed(String destination, String host, String prefix, Route.Targets targets) {
        var caller = new Caller(Locality.UNKNOWN, new TreeMap<>());
        return new Exposed(
                new Route(new DestinationId(destination), caller, Optional.empty(), calls(host, prefix), targets), 7);
    }

    private static Calls calls(String host, String prefix) {
        var path = new Calls.Path(Calls.Comparison.PREFIX, prefix);
        return new Calls(
                new TreeSet<>(List.of(new HostName(host))),
                List.of(new Calls.Match(path, List.of(), Optional.empty())),
                Optional.empty());
    }

    private static ByLevel twoLevels(Use first, Use second) {
        return new ByLevel(
                Route.Spill.GRADED,
                List.of(
                        new Level(List.of(share("active", "10.0.0.1", first))),
                        new Level(List.of(share("passive", "10.0.0.2", second)))));
    }

    private static Rendered rendered(Exposed exposed, ClientKind kind) {
        return assertInstanceOf(Rendered.class, Render.of(exposed, kind));
    }

    private static Resources envoyView(Exposed... exposed) {
        return Views.forEnvoy(
                List.of(exposed).stream()
                        .map(one -> rendered(one, ClientKind.ENVOY))
                        .toList(),
                new Bind("127.0.0.1", 8080));
    }

    private static ClusterLoadAssignment assignment(Exposed exposed, ClientKind kind)
            throws InvalidProtocolBufferException {
        return rendered(exposed, kind).resources().get(1).body().unpack(ClusterLoadAssignment.class);
    }

    private static RouteConfiguration routes(Resources view) throws InvalidProtocolBufferException {
        return List.copyOf(view.of(ResourceType.ROUTES).values())
                .getFirst()
                .body()
                .unpack(RouteConfiguration.class);
    }

    @Test
    void anAssignmentBearsTheVersionOfItsRecord() {
        var resources = rendered(exposed("d", "a.example", "/", twoLevels(Use.USABLE, Use.USABLE)), ClientKind.ENVOY)
                .resources();
        assertEquals(ResourceType.ENDPOINTS, resources.get(1).type());
        assertEquals(7, resources.get(1).version());
    }

    @Test
    void anEndpointThatIsANameIsNamedAndNothingIsResolved() {
        var byName =
                new ByLevel(Route.Spill.GRADED, List.of(new Level(List.of(share("m", "backend.example", Use.USABLE)))));
        var refused = assertInstanceOf(
                Unrenderable.class, Render.of(exposed("d", "a.example", "/", byName), ClientKind.ENVOY));
        assertEquals(List.of(new EndpointAddress("backend.example", 80)), List.copyOf(refused.names()));
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1, true",
        "255.255.255.255, true",
        "fd00::1, true",
        "::ffff:10.0.0.1, true",
        "10.0.0, false",
        "256.0.0.1, false",
        "10.0.0.01, false",
        "fe80::1%eth0, false",
        "a.example, false",
        "1, false"
    })
    void onlyWholeAddressesAreAddresses(String host, boolean literal) {
        assertEquals(literal, Addresses.isLiteral(host));
    }

    @ParameterizedTest
    @CsvSource({"envoy, ENVOY", "gRPC Java, GRPC", "gRPC C-core, GRPC"})
    void aClientSaysWhatItIs(String name, ClientKind kind) {
        assertEquals(Optional.of(kind), ClientKind.of(name));
    }

    @Test
    void nothingIsGuessedAboutAnUnknownClient() {
        assertEquals(Optional.empty(), ClientKind.of("other"));
    }

    @Test
    void aLevelOfDrainingEndpointsLeavesNoGapForGrpc() throws InvalidProtocolBufferException {
        var assignment =
                assignment(exposed("d", "a.example", "/", twoLevels(Use.DRAINING, Use.USABLE)), ClientKind.GRPC);
        assertEquals(1, assignment.getEndpointsCount());
        assertEquals(0, assignment.getEndpoints(0).getPriority());
        assertEquals("passive", assignment.getEndpoints(0).getLocality().getSubZone());
    }

    @Test
    void requestsOfGrpcAreDroppedWhereNobodyIsUsable() throws InvalidProtocolBufferException {
        var assignment =
                assignment(exposed("d", "a.example", "/", twoLevels(Use.UNUSABLE, Use.UNUSABLE)), ClientKind.GRPC);
        assertEquals(
                100,
                assignment.getPolicy().getDropOverloads(0).getDropPercentage().getNumerator());
    }

    @Test
    void eachMemberOfAWeightedDestinationIsAClusterOfItsOwnWithoutADetector() throws InvalidProtocolBufferException {
        var weighted =
                new ByWeight(List.of(share("one", "10.0.0.1", Use.UNUSABLE), share("two", "10.0.0.2", Use.USABLE)));
        Resources view = envoyView(exposed("d", "a.example", "/", weighted));
        assertEquals(
                List.of("d|one", "d|two"),
                List.copyOf(view.of(ResourceType.CLUSTER).keySet()));
        for (var resource : view.of(ResourceType.CLUSTER).values()) {
            assertFalse(resource.body().unpack(Cluster.class).hasOutlierDetection());
        }
        var action = routes(view).getVirtualHosts(0).getRoutes(0).getRoute();
        assertEquals(2, action.getWeightedClusters().getClustersCount());
        assertFalse(action.hasRetryPolicy());
    }

    @Test
    void destinationsOfOneHostShareItsVirtualHostAndTheLongerPathComesFirst() throws InvalidProtocolBufferException {
        var targets = twoLevels(Use.USABLE, Use.USABLE);
        var routes = routes(
                envoyView(exposed("a", "a.example", "/", targets), exposed("b", "a.example", "/longer", targets)));
        assertEquals(1, routes.getVirtualHostsCount());
        assertEquals("b", routes.getVirtualHosts(0).getRoutes(0).getRoute().getCluster());
        assertTrue(routes.getVirtualHosts(0).getRoutes(0).getRoute().hasRetryPolicy());
    }
}
