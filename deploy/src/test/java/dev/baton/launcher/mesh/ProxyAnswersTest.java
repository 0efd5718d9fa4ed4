package dev.baton.launcher.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.baton.contract.Epoch;
import dev.baton.contract.mesh.Caller;
import dev.baton.contract.mesh.DestinationId;
import dev.baton.contract.mesh.HealthEvent;
import dev.baton.contract.mesh.Locality;
import dev.baton.contract.mesh.ProxyId;
import dev.baton.contract.mesh.ProxyReport.ProxyGone;
import dev.baton.contract.mesh.ProxyReport.ProxySeen;
import dev.baton.contract.mesh.ProxyReport.RouteApplied;
import dev.baton.contract.mesh.ProxyReport.RouteRefused;
import dev.baton.xds.Client;
import dev.baton.xds.resource.ResourceType;
import dev.baton.xds.stream.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ProxyAnswersTest {
    private static final Locality HERE = new Locality("eu", "a");
    private static final Client EDGE = new Client("Edge_1~10.0.0.7", "edge", HERE, "envoy");
    private static final ProxyId ID = new ProxyId("edge-1-10.0.0.7");
    private static final DestinationId SHOP = new DestinationId("shop");

    private final List<HealthEvent> log = new ArrayList<>();
    private final ProxyAnswers answers = new ProxyAnswers(log::add);

    private static Answer answer(ResourceType type, Optional<String> error, Map<String, Long> versions) {
        return new Answer(type, new TreeMap<>(versions), error);
    }

    private static long version(long epoch) {
        return Versions.of(new Epoch(epoch), Optional.empty());
    }

    @Test
    void aProxyIsGoneWhenItsLastStreamEnds() {
        answers.seen(EDGE);
        answers.seen(EDGE);
        answers.gone(EDGE);
        var seen = new ProxySeen(ID, new Caller(HERE, new TreeMap<>()), "envoy");
        assertEquals(List.of(seen, seen), log);
        answers.gone(EDGE);
        assertEquals(new ProxyGone(ID), log.getLast());
    }

    @Test
    void theClustersOfOneDestinationAreOneRoute() {
        answers.answered(
                EDGE,
                answer(
                        ResourceType.ENDPOINTS,
                        Optional.empty(),
                        Map.of("shop|one", version(4), "shop|other", version(4), "else", version(2))));
        assertEquals(
                List.of(
                        new RouteApplied(ID, new DestinationId("else"), new Epoch(2)),
                        new RouteApplied(ID, SHOP, new Epoch(4))),
                log);
    }

    @Test
    void aRefusalSaysWhy() {
        answers.answered(EDGE, answer(ResourceType.ENDPOINTS, Optional.of("no"), Map.of("shop", version(4))));
        assertEquals(List.of(new RouteRefused(ID, SHOP, new Epoch(4), "no")), log);
    }

    @Test
    void whatBelongsToNoRouteIsNotLogged() {
        answers.answered(EDGE, answer(ResourceType.LISTENER, Optional.of("no"), Map.of("baton", 1L)));
        assertEquals(List.of(), log);
    }
}
