package dev.baton.failover.routing;

import static dev.baton.failover.routing.Mesh.endpoint;
import static dev.baton.failover.routing.Mesh.id;
import static dev.baton.failover.routing.Mesh.in;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.baton.contract.mesh.DestinationId;
import dev.baton.contract.mesh.HealthVerdict;
import dev.baton.contract.mesh.MeshDecision;
import dev.baton.contract.mesh.MeshDecision.EndpointEjected;
import dev.baton.contract.mesh.MeshDecision.HoldChanged;
import dev.baton.contract.mesh.MeshDecision.MembersWithheld;
import dev.baton.contract.mesh.MeshDecision.RequestRefused;
import dev.baton.contract.mesh.MeshDeclaration.CallerDeclared;
import dev.baton.contract.mesh.MeshDeclaration.DestinationDeclared;
import dev.baton.contract.mesh.MeshDeclaration.EjectRequested;
import dev.baton.contract.mesh.MeshDeclaration.FailBackRequested;
import dev.baton.contract.mesh.MeshDeclaration.FailOverRequested;
import dev.baton.contract.mesh.MeshDeclaration.FailoverPolicyDeclared;
import dev.baton.contract.mesh.MeshDeclaration.HoldRequested;
import dev.baton.contract.mesh.MeshDeclaration.MemberDeclared;
import dev.baton.contract.mesh.MeshEntry;
import dev.baton.contract.mesh.MeshEvent;
import dev.baton.contract.mesh.Mode;
import dev.baton.contract.mesh.RequestRefusal;
import dev.baton.contract.mesh.ReturnRules;
import dev.baton.contract.mesh.ReturnRules.Failback;
import dev.baton.contract.mesh.Route;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class RequestsTest {
    private static final DestinationId SHOP = new DestinationId("shop");
    private static final HealthVerdict FAILING = new HealthVerdict.Failing();
    private static final ReturnRules RULES =
            new ReturnRules(50, Duration.ZERO, List.of(), Duration.ZERO, Failback.PROBED);

    private MeshState state = MeshState.start(Mesh.NAME);
    private long offset;

    private List<MeshDecision> step(MeshEvent event) {
        var outcome = Routing.step(state, offset++, new MeshEntry(Mesh.NAME, Optional.empty(), event));
        state = outcome.state();
        return outcome.decisions();
    }

    private void activeAndPassive() {
        declare(Mesh.activePassive("active", "passive"));
    }

    private void declare(Mode mode) {
        step(new CallerDeclared(in("r1")));
        new Mesh()
                .backend("active", 1)
                .backend("passive", 1, 1)
                .members
                .values()
                .forEach(member -> step(new MemberDeclared(member)));
        step(new FailoverPolicyDeclared(Mesh.policy(SHOP, RULES)));
        step(new DestinationDeclared(Mesh.destination(SHOP, mode)));
    }

    private List<String> used() {
        return state.routes().getFirst().route().targets().shares().stream()
                .filter(share ->
                        share.endpoints().values().stream().anyMatch(endpoint -> endpoint.use() == Route.Use.USABLE))
                .map(share -> share.member().value())
                .toList();
    }

    private List<MeshDecision> fails(String member) {
        return step(new MeshEvent.EndpointHealthChanged(endpoint(member, 1), FAILING));
    }

    private static MembersWithheld withheld(String... members) {
        var ids = new TreeSet<>(Arrays.stream(members).map(Mesh::id).toList());
        return new MembersWithheld(SHOP, ids);
    }

    private static List<MeshDecision> refused(String subject, RequestRefusal why) {
        return List.of(new RequestRefused(SHOP, subject, why));
    }

    @Test
    void aFailOverLastsUntilTheFailBack() {
        activeAndPassive();
        assertEquals(withheld("active"), step(new FailOverRequested(SHOP)).getFirst());
        assertEquals(List.of("passive"), used());
        assertEquals(
                withheld(), step(new FailBackRequested(SHOP, Optional.empty())).getFirst());
        assertEquals(List.of("active", "passive"), used());
    }

    @Test
    void aSecondFailOverHasNoLevelLeft() {
        activeAndPassive();
        step(new FailOverRequested(SHOP));
        assertEquals(refused("fail-over shop", RequestRefusal.ONE_LEVEL), step(new FailOverRequested(SHOP)));
        assertEquals(List.of("passive"), used());
    }

    @Test
    void noRequestTakesOutTheLastUsableMember() {
        activeAndPassive();
        fails("passive");
        assertEquals(refused("fail-over shop", RequestRefusal.LAST_USABLE), step(new FailOverRequested(SHOP)));
        assertEquals(
                refused("eject shop active", RequestRefusal.LAST_USABLE), step(new EjectRequested(SHOP, id("active"))));
    }

    @Test
    void whatObservationsCallDeadIsNotTakenOutIfTheOtherMemberIsWithheld() {
        activeAndPassive();
        step(new EjectRequested(SHOP, id("active")));
        fails("passive");
        assertEquals(List.of("passive"), used());
    }

    @Test
    void aDestinationWhoseShareIsFixedRefuses() {
        declare(new Mode.Weighted(new TreeMap<>(Map.of(id("active"), 90, id("passive"), 10))));
        assertEquals(refused("fail-over shop", RequestRefusal.FIXED_SHARES), step(new FailOverRequested(SHOP)));
        assertEquals(
                refused("eject shop active", RequestRefusal.FIXED_SHARES),
                step(new EjectRequested(SHOP, id("active"))));
    }

    @Test
    void whatIsNotThereIsNamed() {
        activeAndPassive();
        assertEquals(
                refused("eject shop other", RequestRefusal.NO_SUCH_MEMBER),
                step(new EjectRequested(SHOP, id("other"))));
        assertEquals(
                refused("fail-back shop", RequestRefusal.NOTHING_TO_LET_BACK),
                step(new FailBackRequested(SHOP, Optional.empty())));
        var other = new DestinationId("other");
        assertEquals(
                List.of(new RequestRefused(other, "hold other", RequestRefusal.NO_SUCH_DESTINATION)),
                step(new HoldRequested(other, true)));
    }

    @Test
    void whatIsHeldStaysAsItIsAndIsLookedAtWhenTheHoldEnds() {
        activeAndPassive();
        assertEquals(List.of(new HoldChanged(SHOP, true)), step(new HoldRequested(SHOP, true)));
        assertEquals(List.of(), step(new HoldRequested(SHOP, true)));
        assertEquals(List.of(), fails("active"));
        assertEquals(List.of("active", "passive"), used());
        var decisions = step(new HoldRequested(SHOP, false));
        assertEquals(
                List.of(new HoldChanged(SHOP, false), new EndpointEjected(SHOP, endpoint("active", 1), FAILING)),
                decisions.subList(0, 2));
    }

    @Test
    void anEntryThatComesTwiceCountsOnce() {
        activeAndPassive();
        var origin = new MeshEntry.Origin(MeshEntry.Source.DECLARATIONS, 5, 0);
        var entry = new MeshEntry(Mesh.NAME, Optional.of(origin), new FailOverRequested(SHOP));
        state = Routing.step(state, offset++, entry).state();
        var again = Routing.step(state, offset++, entry);
        assertEquals(List.of(), again.decisions());
        assertEquals(state, again.state());
    }

    @Test
    void aStateIsRestoredFromItsSnapshot() {
        activeAndPassive();
        fails("active");
        step(new HoldRequested(SHOP, true));
        MeshState restored = MeshState.of(state.snapshot(offset));
        assertEquals(state.snapshot(offset), restored.snapshot(offset));
        var back = new MeshEntry(Mesh.NAME, Optional.empty(), new HoldRequested(SHOP, false));
        assertEquals(
                Routing.step(state, offset, back).decisions(),
                Routing.step(restored, offset, back).decisions());
    }
}
