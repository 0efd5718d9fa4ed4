package dev.baton.xds.stream;

import static dev.baton.xds.resource.ResourceType.CLUSTER;
import static dev.baton.xds.resource.ResourceType.ENDPOINTS;
import static dev.baton.xds.resource.ResourceType.LISTENER;
import static dev.baton.xds.resource.ResourceType.ROUTES;
import static dev.baton.xds.stream.DeltaClient.resource;
import static dev.baton.xds.stream.DeltaClient.view;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.baton.xds.resource.Resources;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What an Envoy is told, in which order. */
class DeltaWireTest {
    private final DeltaClient client = new DeltaClient();

    @Test
    void nothingIsSaidBeforeThereIsAView() {
        assertEquals(List.of(), client.ask(CLUSTER));
        assertEquals(List.of("CLUSTER +a1"), client.show(view("a", 1)));
    }

    @Test
    void anEmptyViewIsSaidToBeEmpty() {
        client.show(Resources.NONE);
        assertEquals(List.of("CLUSTER"), client.ask(CLUSTER));
        assertEquals(List.of(), client.acknowledge(CLUSTER));
    }

    @Test
    void anUnchangedResourceIsNotSentAgain() {
        client.settled(view("a", 1));
        assertEquals(List.of(), client.show(view("a", 1)));
    }

    @Test
    void changedEndpointsAreSentAlone() {
        client.settled(view("a", 1));
        Resources moved = view(
                resource(CLUSTER, "a", 1), resource(ENDPOINTS, "a", 2),
                resource(LISTENER, "l", 1), resource(ROUTES, "r", 1));
        assertEquals(List.of("ENDPOINTS +a2"), client.show(moved));
    }

    @Test
    void aChangedClusterIsSentWithItsEndpointsAlthoughTheyAreTheSame() {
        client.settled(view("a", 1));
        Resources changed = view(
                resource(CLUSTER, "a", 2), resource(ENDPOINTS, "a", 1),
                resource(LISTENER, "l", 1), resource(ROUTES, "r", 1));
        assertEquals(List.of("CLUSTER +a2", "ENDPOINTS +a1"), client.show(changed));
    }

    @Test
    void routesToANewClusterWaitUntilItsEndpointsAreAcknowledged() {
        client.settled(view("a", 1));
        Resources more = view(
                resource(CLUSTER, "a", 1), resource(ENDPOINTS, "a", 1),
                resource(CLUSTER, "b", 2), resource(ENDPOINTS, "b", 2),
                resource(LISTENER, "l", 1), resource(ROUTES, "r", 2));
        assertEquals(List.of("CLUSTER +b2"), client.show(more));
        assertEquals(List.of(), client.acknowledge(CLUSTER));
        assertEquals(List.of("ENDPOINTS +b2"), client.ask(ENDPOINTS, "b"));
        assertEquals(List.of("ROUTES +r2"), client.acknowledge(ENDPOINTS));
    }

    @Test
    void aClusterGoesAfterItsRoutes() {
        client.settled(view("a", 1));
        assertEquals(List.of("CLUSTER +b2"), client.show(view("b", 2)));
        assertEquals(List.of("ENDPOINTS +b2"), client.ask(ENDPOINTS, "b"));
        assertEquals(List.of("ROUTES +r2"), client.acknowledge(ENDPOINTS));
        assertEquals(List.of("CLUSTER -a", "ENDPOINTS -a"), client.acknowledge(ROUTES));
        assertEquals(List.of(), client.forgets(ENDPOINTS, "a"));
    }

    @Test
    void aClusterStaysWhileRoutesThatDoWithoutItAreRefused() {
        client.settled(view("a", 1));
        client.show(view(resource(LISTENER, "l", 1), resource(ROUTES, "r", 2)));
        client.refuse(ROUTES);
        assertEquals(List.of(), client.due());
        assertEquals(List.of("ROUTES +r3"), client.show(view(resource(LISTENER, "l", 1), resource(ROUTES, "r", 3))));
        assertEquals(List.of("CLUSTER -a", "ENDPOINTS -a"), client.acknowledge(ROUTES));
    }

    @Test
    void aRefusalIsReportedOnceAndNothingIsSentAgain() {
        client.settled(view("a", 1));
        client.show(view("a", 2));
        assertEquals(Optional.of("no"), client.refuse(ENDPOINTS).flatMap(Answer::error));
        assertEquals(Optional.empty(), client.refuse(ENDPOINTS));
        assertEquals(List.of(), client.due());
    }

    @Test
    void refusedEndpointsHoldNobodyElseUp() {
        client.settled(view("a", 1));
        client.show(view("b", 2));
        client.ask(ENDPOINTS, "b");
        client.refuse(ENDPOINTS);
        assertEquals(List.of("ROUTES +r2"), client.due());
    }

    @Test
    void aRefusedClusterHoldsNobodyElseUp() {
        client.settled(view("a", 1));
        client.show(view("b", 2));
        client.refuse(CLUSTER);
        assertEquals(List.of("ROUTES +r2"), client.due());
    }

    @Test
    void aClientThatComesBackWithAllIsSentNothing() {
        client.show(view("a", 1));
        assertEquals(List.of("CLUSTER"), client.ask(CLUSTER, Map.of("a", "1")));
        assertEquals(List.of("ENDPOINTS"), client.ask(ENDPOINTS, Map.of("a", "1"), "a"));
        assertEquals(List.of("LISTENER"), client.ask(LISTENER, Map.of("l", "1")));
        assertEquals(List.of("ROUTES"), client.ask(ROUTES, Map.of("r", "1"), "r"));
    }

    @Test
    void aClientThatComesBackWithOldRoutesKeepsTheirClustersUntilItHasNewOnes() {
        client.show(view("b", 2));
        assertEquals(List.of("CLUSTER +b2"), client.ask(CLUSTER, Map.of("a", "1")));
        client.acknowledge(CLUSTER);
        assertEquals(List.of("ENDPOINTS +b2"), client.ask(ENDPOINTS, Map.of("a", "1"), "a", "b"));
        client.acknowledge(ENDPOINTS);
        assertEquals(List.of("LISTENER"), client.ask(LISTENER, Map.of("l", "1")));
        client.acknowledge(LISTENER);
        assertEquals(List.of("ROUTES +r2"), client.ask(ROUTES, Map.of("r", "1"), "r"));
        assertEquals(List.of("CLUSTER -a", "ENDPOINTS -a"), client.acknowledge(ROUTES));
    }

    @Test
    void aVersionOfAnotherServerIsNotTakenForOurs() {
        client.show(view("a", 1));
        assertEquals(List.of("CLUSTER +a1"), client.ask(CLUSTER, Map.of("a", "one")));
    }

    @Test
    void whatIsAskedForAndIsNotThereIsSaidToBeMissingOnceRoutesAreKnown() {
        client.settled(view("a", 1));
        assertEquals(List.of("ENDPOINTS -none"), client.ask(ENDPOINTS, "none"));
        assertEquals(List.of(), client.acknowledge(ENDPOINTS));
    }

    @Test
    void whatIsAskedForOnceMoreIsSentOnceMore() {
        client.settled(view("a", 1));
        assertEquals(List.of("ENDPOINTS +a1"), client.ask(ENDPOINTS, "a"));
    }

    @Test
    void aClientThatDoesNotAnswerIsNotSentMoreAndMore() {
        client.settled(view("a", 1));
        int told = 0;
        for (int version = 2; version < 1000; version++) {
            told += client.show(view(
                            resource(CLUSTER, "a", 1), resource(ENDPOINTS, "a", version),
                            resource(LISTENER, "l", 1), resource(ROUTES, "r", 1)))
                    .size();
        }
        assertEquals(64, told);
        assertEquals(List.of("ENDPOINTS +a999"), client.acknowledge(ENDPOINTS));
    }

    @Test
    void anUnknownTypeIsIgnored() {
        var wire = new DeltaWire();
        wire.show(view("a", 1));
        wire.receive(DeltaDiscoveryRequest.newBuilder()
                .setTypeUrl("type.googleapis.com/other")
                .build());
        assertEquals(List.of(), wire.due());
    }
}
