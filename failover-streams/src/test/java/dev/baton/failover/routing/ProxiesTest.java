package dev.baton.failover.routing;

import static dev.baton.failover.routing.Mesh.in;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.baton.contract.Epoch;
import dev.baton.contract.mesh.DestinationId;
import dev.baton.contract.mesh.MeshDecision;
import dev.baton.contract.mesh.MeshDecision.RouteAssigned;
import dev.baton.contract.mesh.MeshDeclaration.DestinationDeclared;
import dev.baton.contract.mesh.MeshEntry;
import dev.baton.contract.mesh.MeshEvent;
import dev.baton.contract.mesh.Mode;
import dev.baton.contract.mesh.Proxy;
import dev.baton.contract.mesh.ProxyId;
import dev.baton.contract.mesh.ProxyReport.ProxyGone;
import dev.baton.contract.mesh.ProxyReport.ProxySeen;
import dev.baton.contract.mesh.ProxyReport.RouteApplied;
import dev.baton.contract.mesh.ProxyReport.RouteRefused;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProxiesTest {
    private static final DestinationId SHOP = new DestinationId("shop");
    private static final ProxyId EDGE = new ProxyId("edge-1");

    private MeshState state = MeshState.start(Mesh.NAME);

    private List<MeshDecision> step(MeshEvent event) {
        var outcome = Routing.step(state, 0, new MeshEntry(Mesh.NAME, Optional.empty(), event));
        state = outcome.state();
        return outcome.decisions();
    }

    private Proxy edge() {
        return Objects.requireNonNull(state.proxies().get(EDGE));
    }

    @Test
    void aProxyGetsRoutesWhereverItIsSeenAndItsPlaceKeepsThem() {
        step(new DestinationDeclared(Mesh.destination(SHOP, new Mode.Auto())));
        var decisions = step(new ProxySeen(EDGE, in("r1"), "envoy 1.40.0"));
        assertInstanceOf(RouteAssigned.class, decisions.getFirst());
        assertEquals(List.of(), step(new ProxyGone(EDGE)));
        assertEquals(1, state.routes().size());
        assertEquals(Map.of(), state.proxies());
    }

    @Test
    void whatAProxyAnswersIsKnownUntilItAnswersSomethingElse() {
        step(new ProxySeen(EDGE, in("r1"), "envoy 1.40.0"));
        step(new RouteRefused(EDGE, SHOP, new Epoch(1), "no such field"));
        assertEquals(Map.of(SHOP, "no such field"), edge().refused());
        step(new RouteApplied(EDGE, SHOP, new Epoch(2)));
        assertEquals(Map.of(), edge().refused());
        assertEquals(Map.of(SHOP, new Epoch(2)), edge().applied());
    }

    @Test
    void theAnswerOfAProxyThatIsGoneIsNotHeard() {
        step(new RouteApplied(EDGE, SHOP, new Epoch(2)));
        assertEquals(Map.of(), state.proxies());
    }
}
