package dev.baton.failover.routing;

import static dev.baton.failover.routing.Mesh.endpoint;
import static dev.baton.failover.routing.Mesh.id;
import static dev.baton.failover.routing.Mesh.in;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.Epoch;
import dev.baton.contract.Tick;
import dev.baton.contract.mesh.DestinationId;
import dev.baton.contract.mesh.EjectionRefusal;
import dev.baton.contract.mesh.HealthVerdict;
import dev.baton.contract.mesh.MeshDecision;
import dev.baton.contract.mesh.MeshDecision.EjectionRefused;
import dev.baton.contract.mesh.MeshDecision.EndpointEjected;
import dev.baton.contract.mesh.MeshDecision.EndpointReturns;
import dev.baton.contract.mesh.MeshDecision.MembersUnused;
import dev.baton.contract.mesh.MeshDecision.RequestRefused;
import dev.baton.contract.mesh.MeshDecision.RouteAssigned;
import dev.baton.contract.mesh.MeshDecision.RouteWithdrawn;
import dev.baton.contract.mesh.MeshDeclaration;
import dev.baton.contract.mesh.MeshEntry;
import dev.baton.contract.mesh.MeshEvent;
import dev.baton.contract.mesh.Mode;
import dev.baton.contract.mesh.RequestRefusal;
import dev.baton.contract.mesh.ReturnRules;
import dev.baton.contract.mesh.ReturnRules.Failback;
import dev.baton.contract.mesh.Route;
import dev.baton.contract.mesh.Ticked;
import dev.baton.contract.mesh.Unused;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RoutingTest {
    private static final DestinationId SHOP = new DestinationId("shop");
    private static final HealthVerdict FAILING = new HealthVerdict.Failing();
    private static final HealthVerdict PASSING = new HealthVerdict.Passing();
    private static final ReturnRules RULES =
            new ReturnRules(50, Duration.ofSeconds(3), List.of(), Duration.ZERO, Failback.PROBED);

    private MeshState state = MeshState.start(Mesh.NAME);
    private long ticks;

    private List<MeshDecision> step(MeshEvent event) {
        var outcome = Routing.step(state, 7, new MeshEntry(Mesh.NAME, Optional.empty(), event));
        state = outcome.state();
        return outcome.decisions();
    }

    private List<MeshDecision> health(String member, HealthVerdict verdict) {
        return step(new MeshEvent.EndpointHealthChanged(endpoint(member, 1), verdict));
    }

    private List<MeshDecision> tick() {
        return step(new Ticked(new Tick("t", 1, ticks++, Duration.ofSeconds(1))));
    }

    private List<MeshDecision> declare(Mode mode, ReturnRules rules) {
        step(new MeshDeclaration.FailoverPolicyDeclared(Mesh.policy(SHOP, rules)));
        return step(new MeshDeclaration.DestinationDeclared(Mesh.destination(SHOP, mode)));
    }

    private void members(Mesh mesh) {
        mesh.members.values().forEach(member -> step(new MeshDeclaration.MemberDeclared(member)));
    }

    /** An active and a passive backend, as in Calico's document. */
    private void activeAndPassive(ReturnRules rules) {
        step(new MeshDeclaration.CallerDeclared(in("r1")));
        members(new Mesh().backend("active", 1).backend("passive", 1, 1));
        declare(Mesh.activePassive("active", "passive"), rules);
    }

    private Route.Use useOf(String member) {
        return state.routes().getFirst().route().targets().shares().stream()
                .filter(share -> share.member().equals(id(member)))
                .findFirst()
                .orElseThrow()
                .endpoints()
                .values()
                .iterator()
                .next()
                .use();
    }

    @Test
    void theActiveBackendIsEjectedAndReturnsWhenItPassesAndItsHoldDownIsOver() {
        activeAndPassive(RULES);
        assertEquals(
                new EndpointEjected(SHOP, endpoint("active", 1), FAILING),
                health("active", FAILING).getFirst());
        assertEquals(Route.Use.UNUSABLE, useOf("active"));
        assertEquals(Route.Use.USABLE, useOf("passive"));
        assertEquals(List.of(), health("active", PASSING));
        tick();
        tick();
        assertEquals(List.of(), tick());
        var decisions = tick();
        assertEquals(new EndpointReturns(SHOP, endpoint("active", 1), 100), decisions.getFirst());
        assertEquals(new Epoch(3), ((RouteAssigned) decisions.getLast()).epoch());
        assertEquals(Route.Use.USABLE, useOf("active"));
    }

    @Test
    void thePassiveBackendStaysWhenBothFail() {
        activeAndPassive(new ReturnRules(100, Duration.ZERO, List.of(), Duration.ZERO, Failback.PROBED));
        health("active", FAILING);
        assertEquals(
                List.of(new EjectionRefused(SHOP, endpoint("passive", 1), EjectionRefusal.LAST_USABLE)),
                health("passive", FAILING));
        assertEquals(Route.Use.USABLE, useOf("passive"));
    }

    @Test
    void anOperatorLetsItBack() {
        activeAndPassive(new ReturnRules(50, Duration.ZERO, List.of(), Duration.ZERO, Failback.MANUAL));
        health("active", FAILING);
        assertEquals(List.of(), health("active", PASSING));
        var request = new MeshDeclaration.FailBackRequested(SHOP, Optional.of(endpoint("active", 1)));
        assertEquals(
                new EndpointReturns(SHOP, endpoint("active", 1), 100),
                step(request).getFirst());
        assertEquals(
                List.of(new RequestRefused(SHOP, "fail-back shop active:1", RequestRefusal.NOTHING_TO_LET_BACK)),
                step(request));
    }

    @Test
    void whoWantsFixedSharesGetsThemWhateverTheHealth() {
        step(new MeshDeclaration.CallerDeclared(in("r1")));
        members(new Mesh().cluster("cluster-1", "r1", 1).cluster("cluster-2", "r2", 1));
        declare(new Mode.Weighted(new TreeMap<>(Map.of(id("cluster-1"), 50, id("cluster-2"), 50))), RULES);
        assertEquals(List.of(), health("cluster-1", FAILING));
    }

    @Test
    void clustersThatComeAndGoAreFollowed() {
        step(new MeshDeclaration.CallerDeclared(in("r1")));
        declare(new Mode.Auto(), RULES);
        members(new Mesh().cluster("cluster-1", "r1", 1).cluster("cluster-2", "r2", 1));
        var levelled = (Route.ByLevel) state.routes().getFirst().route().targets();
        assertEquals(2, levelled.levels().size());
        step(new MeshDeclaration.MemberRemoved(id("cluster-1")));
        levelled = (Route.ByLevel) state.routes().getFirst().route().targets();
        assertEquals(
                List.of(id("cluster-2")),
                levelled.shares().stream().map(Route.Share::member).toList());
    }

    @Test
    void whyAMemberGetsNothingIsSaidWhenItChanges() {
        step(new MeshDeclaration.CallerDeclared(in("r1")));
        members(new Mesh().backend("active", 0));
        var decisions = declare(Mesh.activePassive("active"), RULES);
        assertEquals(
                new MembersUnused(SHOP, new TreeMap<>(Map.of(id("active"), Unused.NO_ENDPOINT))), decisions.getFirst());
        members(new Mesh().backend("active", 1));
        assertEquals(Map.of(), state.destinations().get(SHOP).orElseThrow().unused());
    }

    @Test
    void routesAreMadeForCallersAndWithdrawnWithThem() {
        activeAndPassive(RULES);
        assertTrue(step(new MeshDeclaration.CallerDeclared(in("r2"))).getFirst() instanceof RouteAssigned);
        assertEquals(
                List.of(new RouteWithdrawn(SHOP, in("r1"), new Epoch(3))),
                step(new MeshDeclaration.CallerRemoved(in("r1"))));
        assertEquals(
                List.of(new RouteWithdrawn(SHOP, in("r2"), new Epoch(4))),
                step(new MeshDeclaration.DestinationRemoved(SHOP)));
        assertEquals(List.of(), state.routes());
    }
}
