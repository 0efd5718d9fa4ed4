package dev.baton.bridge.state;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.baton.contract.Cidr;
import dev.baton.contract.ClusterNetworksDeclared;
import dev.baton.contract.Declaration;
import dev.baton.contract.FleetSnapshot;
import dev.baton.contract.IpAddress;
import dev.baton.contract.NodeDeclared;
import dev.baton.contract.NodeId;
import dev.baton.contract.PolicyId;
import dev.baton.contract.TunnelPhase;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class WantedTest {
    private static final PolicyId A = new PolicyId("shop", "a");
    private static final PolicyId B = new PolicyId("shop", "b");
    private static final Optional<IpAddress> SECOND = Optional.of(IpAddress.parse("10.6.1.2"));
    private static final FleetSnapshot NOTHING = SmallFleet.snapshot(List.of(), List.of(), List.of(), List.of());

    private final Wanted wanted = new Wanted();

    private List<String> missingIn(FleetSnapshot accepted) {
        return wanted.missingIn(FleetView.of(accepted)).stream()
                .map((Declaration d) ->
                        d.getClass().getSimpleName() + " " + Subject.of(d).orElseThrow())
                .map(line -> line.replaceAll("Of[A-Z][a-z]+\\[[a-z]+=|\\]", ""))
                .toList();
    }

    @Test
    void whatOthersReferToComesBeforeThemAndWhoGivesUpBeingTheDefaultBeforeWhoBecomesIt() {
        wanted.want(SmallFleet.policy(B, "b"));
        wanted.want(SmallFleet.policy(A, "a"));
        wanted.want(SmallFleet.declared("node1"));
        wanted.want(SmallFleet.gateway("a-default", true, Optional.empty()));
        wanted.want(SmallFleet.gateway("gw", false, Optional.empty()));
        assertEquals(
                List.of(
                        "GatewayDeclared gw",
                        "GatewayDeclared a-default",
                        "NodeDeclared node1",
                        "PolicyDeclared shop/a",
                        "PolicyDeclared shop/b"),
                missingIn(NOTHING));
    }

    @Test
    void whatIsGoneIsRemovedPoliciesFirstAndNodesLast() {
        var accepted = SmallFleet.snapshot(
                List.of(SmallFleet.node("node1", TunnelPhase.READY)),
                List.of(SmallFleet.known(SmallFleet.gateway("gw", false, Optional.empty()))),
                List.of(SmallFleet.bound(SmallFleet.policy(A, "a"), "10.6.1.1")),
                List.of());
        assertEquals(List.of("PolicyRemoved shop/a", "GatewayRemoved gw", "NodeRemoved node1"), missingIn(accepted));
    }

    @Test
    void theSameIsNotSaidAgainAlsoWhenTheCoordinatorChoseTheDefaultEip() {
        wanted.want(SmallFleet.gateway("gw", false, Optional.empty()));
        wanted.want(SmallFleet.policy(A, "a"));
        wanted.want(SmallFleet.declared("node1"));
        var accepted = SmallFleet.snapshot(
                List.of(SmallFleet.node("node1", TunnelPhase.HEARTBEAT_TIMEOUT)),
                List.of(SmallFleet.known(SmallFleet.gateway("gw", false, SECOND))),
                List.of(SmallFleet.bound(SmallFleet.policy(A, "a"), "10.6.1.2")),
                List.of());
        assertEquals(List.of(), missingIn(accepted));
        wanted.want(SmallFleet.gateway("gw", false, Optional.of(IpAddress.parse("10.6.1.1"))));
        assertEquals(List.of("GatewayDeclared gw"), missingIn(accepted));
    }

    @Test
    void whatIsDroppedIsNotWanted() {
        wanted.want(SmallFleet.declared("node1"));
        wanted.drop(new NodeId("node1"));
        wanted.want(SmallFleet.policy(A, "a"));
        wanted.drop(A);
        assertEquals(List.of(), missingIn(NOTHING));
    }

    @Test
    void whatWasFoundTheSameIsSaidAgainWhenEitherSideChanges() {
        wanted.want(SmallFleet.policy(A, "a"));
        wanted.want(SmallFleet.declared("node1"));
        var accepted = SmallFleet.snapshot(
                List.of(SmallFleet.node("node1", TunnelPhase.READY)),
                List.of(),
                List.of(SmallFleet.bound(SmallFleet.policy(A, "a"), "10.6.1.2")),
                List.of());
        assertEquals(List.of(), missingIn(accepted));
        assertEquals(List.of(), missingIn(accepted), "looked at once more");
        assertEquals(List.of("NodeDeclared node1", "PolicyDeclared shop/a"), missingIn(NOTHING));
        wanted.want(SmallFleet.policy(A, "b"));
        wanted.want(new NodeDeclared(new NodeId("node1"), new TreeMap<>(), true, false));
        assertEquals(List.of("NodeDeclared node1", "PolicyDeclared shop/a"), missingIn(accepted));
        wanted.want(SmallFleet.policy(A, "a"));
        wanted.want(SmallFleet.declared("node1"));
        assertEquals(List.of(), missingIn(accepted));
    }

    @Test
    void theClustersNetworksAreSaidBeforeTheGatewaysThatAreJudgedByThem() {
        wanted.want(SmallFleet.gateway("gw", false, Optional.empty()));
        var networks = new ClusterNetworksDeclared(List.of(Cidr.parse("10.96.0.0/12")), List.of(), List.of());
        wanted.want(networks);
        assertEquals(networks, wanted.missingIn(FleetView.of(NOTHING)).getFirst());
    }
}
