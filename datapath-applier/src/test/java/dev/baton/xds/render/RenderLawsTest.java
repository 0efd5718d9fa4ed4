package dev.baton.xds.render;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.baton.contract.mesh.Route;
import dev.baton.contract.mesh.Route.ByLevel;
import dev.baton.contract.mesh.Route.ByWeight;
import dev.baton.contract.mesh.Route.Use;
import dev.baton.xds.render.Rendering.Rendered;
import dev.baton.xds.resource.Resource;
import dev.baton.xds.resource.ResourceType;
import dev.baton.xds.resource.Resources;
import io.envoyproxy.envoy.config.core.v3.HealthStatus;
import io.envoyproxy.envoy.config.core.v3.Locality;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What holds for any route. */
class RenderLawsTest {
    private static final int SEEDS = 500;

    private static void forAll(BiConsumer<Exposed, ClientKind> law) {
        for (int seed = 0; seed < SEEDS; seed++) {
            var routes = new RandomRoutes(seed);
            for (ClientKind kind : ClientKind.values()) {
                law.accept(routes.next("d"), kind);
            }
        }
    }

    private static Rendered rendered(Exposed exposed, ClientKind kind) {
        return assertInstanceOf(Rendered.class, Render.of(exposed, kind));
    }

    private static List<ClusterLoadAssignment> assignments(Exposed exposed, ClientKind kind) {
        return rendered(exposed, kind).resources().stream()
                .filter(resource -> resource.type() == ResourceType.ENDPOINTS)
                .map(RenderLawsTest::assignment)
                .toList();
    }

    private static ClusterLoadAssignment assignment(Resource resource) {
        try {
            return resource.body().unpack(ClusterLoadAssignment.class);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void prioritiesAreContiguous() {
        forAll((exposed, kind) -> assignments(exposed, kind).forEach(assignment -> {
            var priorities = assignment.getEndpointsList().stream()
                    .map(LocalityLbEndpoints::getPriority)
                    .collect(Collectors.toCollection(TreeSet::new));
            assertEquals(
                    IntStream.range(0, priorities.size()).boxed().toList(),
                    new ArrayList<>(priorities),
                    () -> "" + exposed);
        }));
    }

    @Test
    void allWeightsAreAtLeastOne() {
        forAll((exposed, kind) -> assignments(exposed, kind).forEach(assignment -> {
            for (LocalityLbEndpoints locality : assignment.getEndpointsList()) {
                assertTrue(locality.getLoadBalancingWeight().getValue() >= 1);
                for (LbEndpoint endpoint : locality.getLbEndpointsList()) {
                    assertTrue(endpoint.getLoadBalancingWeight().getValue() >= 1);
                }
            }
        }));
    }

    @Test
    void aLocalityStandsOnceInAnAssignment() {
        forAll((exposed, kind) -> assignments(exposed, kind).forEach(assignment -> {
            var seen = new HashSet<Locality>();
            assignment.getEndpointsList().forEach(locality -> assertTrue(seen.add(locality.getLocality())));
        }));
    }

    @Test
    void everyClusterHasAnAssignmentInTheSameView() {
        for (int seed = 0; seed < SEEDS; seed++) {
            var routes = new RandomRoutes(seed);
            var destinations = List.of(
                    rendered(routes.next("a"), ClientKind.ENVOY),
                    rendered(routes.next("b"), ClientKind.ENVOY),
                    rendered(routes.next("c"), ClientKind.ENVOY));
            for (Resources view :
                    List.of(Views.forEnvoy(destinations, new Bind("127.0.0.1", 1)), Views.forGrpc(destinations))) {
                assertEquals(
                        view.of(ResourceType.CLUSTER).keySet(),
                        view.of(ResourceType.ENDPOINTS).keySet());
            }
        }
    }

    @Test
    void aGrpcClientIsGivenAnEndpointThatItTakesWhateverHappens() {
        forAll((exposed, _) -> assignments(exposed, ClientKind.GRPC)
                .forEach(assignment -> assertTrue(assignment.getEndpointsList().stream()
                        .flatMap(locality -> locality.getLbEndpointsList().stream())
                        .anyMatch(endpoint -> endpoint.getHealthStatus() == HealthStatus.HEALTHY))));
    }

    @Test
    void aGrpcClientIsNotToldOfDrainingEndpoints() {
        forAll((exposed, _) -> assignments(exposed, ClientKind.GRPC)
                .forEach(assignment -> assertFalse(assignment.getEndpointsList().stream()
                        .flatMap(locality -> locality.getLbEndpointsList().stream())
                        .anyMatch(endpoint -> endpoint.getHealthStatus() == HealthStatus.DRAINING))));
    }

    @Test
    void anEnvoyIsToldOfEveryEndpoint() {
        forAll((exposed, _) -> {
            int told = assignments(exposed, ClientKind.ENVOY).stream()
                    .flatMap(assignment -> assignment.getEndpointsList().stream())
                    .mapToInt(LocalityLbEndpoints::getLbEndpointsCount)
                    .sum();
            int there = exposed.route().targets().shares().stream()
                    .mapToInt(share -> share.endpoints().size())
                    .sum();
            assertEquals(there, told);
        });
    }

    @Test
    void whatIsDividedByWeightLooksTheSameWhateverItsHealth() {
        for (int seed = 0; seed < SEEDS; seed++) {
            var routes = new RandomRoutes(seed);
            for (ClientKind kind : ClientKind.values()) {
                Exposed exposed = routes.next("d");
                if (exposed.route().targets() instanceof ByWeight) {
                    assertEquals(Render.of(exposed, kind), Render.of(routes.withOtherHealth(exposed), kind));
                }
            }
        }
    }

    @Test
    void healthChangesNothingButAssignments() {
        for (int seed = 0; seed < SEEDS; seed++) {
            var routes = new RandomRoutes(seed);
            for (ClientKind kind : ClientKind.values()) {
                Exposed exposed = routes.next("d");
                assertEquals(clusters(exposed, kind), clusters(routes.withOtherHealth(exposed), kind));
            }
        }
    }

    private static List<Resource> clusters(Exposed exposed, ClientKind kind) {
        return rendered(exposed, kind).resources().stream()
                .filter(resource -> resource.type() == ResourceType.CLUSTER)
                .toList();
    }

    @Test
    void withBinarySpillOneUsableEndpointCountsAsItsWholeLevel() {
        forAll((exposed, _) -> {
            if (!(exposed.route().targets() instanceof ByLevel byLevel) || byLevel.spill() == Route.Spill.GRADED) {
                return;
            }
            for (ClusterLoadAssignment assignment : assignments(exposed, ClientKind.ENVOY)) {
                var hosts = assignment.getEndpointsList().stream()
                        .collect(Collectors.groupingBy(
                                LocalityLbEndpoints::getPriority,
                                Collectors.summingInt(LocalityLbEndpoints::getLbEndpointsCount)));
                int factor = assignment.getPolicy().getOverprovisioningFactor().getValue();
                hosts.values().forEach(count -> assertTrue(factor / count >= 100, () -> factor + " of " + count));
            }
        });
    }

    @Test
    void theRandomRoutesCoverWhatTheLawsAreAbout() {
        var uses = new HashSet<Use>();
        forAll((exposed, _) -> exposed.route().targets().shares().stream()
                .flatMap(share -> share.endpoints().values().stream())
                .forEach(endpoint -> uses.add(endpoint.use())));
        assertEquals(Use.values().length, uses.size());
    }
}
