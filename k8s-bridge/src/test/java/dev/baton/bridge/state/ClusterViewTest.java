package dev.baton.bridge.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.bridge.api.EgressGateway;
import dev.baton.bridge.api.EgressPolicy;
import dev.baton.contract.Declaration;
import dev.baton.contract.PolicyId;
import dev.baton.contract.TunnelPhase;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A replica that starts beside objects which it cannot read. */
class ClusterViewTest {
    private static final PolicyId P1 = new PolicyId("shop", "p1");
    private static final String GATEWAY = """
        apiVersion: egressgateway.spidernet.io/v1beta1
        kind: EgressGateway
        metadata: {name: gw, uid: uid-gw, resourceVersion: "1"}
        spec: {ippools: {ipv4: [%s]}, nodeSelector: {selector: {matchLabels: {egress: "true"}}}}
        """;
    private static final String POLICY = """
        apiVersion: egressgateway.spidernet.io/v1beta1
        kind: EgressPolicy
        metadata: {namespace: shop, name: p1, uid: uid-p1, resourceVersion: "%d"}
        spec: {egressGatewayName: gw, appliedTo: {podSelector: {matchLabels: {app: web}}}, destSubnet: [%s]}
        """;

    private final ClusterView view = new ClusterView();
    private final FleetView accepted = FleetView.of(SmallFleet.snapshot(
            List.of(SmallFleet.node("node1", TunnelPhase.READY)),
            List.of(SmallFleet.known(SmallFleet.gateway("gw", false, Optional.empty()))),
            List.of(SmallFleet.bound(SmallFleet.policy(P1, "web"), "10.6.1.1")),
            List.of()));

    private void sees(String policy) {
        view.wanted.want(SmallFleet.declared("node1"));
        view.seenPolicy(Serialization.unmarshal(policy, EgressPolicy.class));
        view.keepAccepted(accepted);
    }

    private List<String> missing() {
        return view.wanted.missingIn(accepted).stream()
                .map((Declaration declaration) -> declaration.getClass().getSimpleName())
                .toList();
    }

    @Test
    void aPolicyThatItCouldNeverReadKeepsWhatWasAccepted() {
        view.seen(Serialization.unmarshal(GATEWAY.formatted("10.6.1.1-10.6.1.2"), EgressGateway.class));
        sees(POLICY.formatted(1, "no network"));
        assertTrue(view.malformed(new Subject.OfPolicy(P1)).isPresent());
        assertEquals(List.of(), missing());
        sees(POLICY.formatted(2, "10.1.0.0/16"));
        assertEquals(List.of("PolicyDeclared"), missing());
    }

    @Test
    void aPolicyThatWasDeletedIsRemovedAlsoIfItCouldNeverBeRead() {
        view.seen(Serialization.unmarshal(GATEWAY.formatted("10.6.1.1-10.6.1.2"), EgressGateway.class));
        sees(POLICY.formatted(1, "no network"));
        view.gonePolicy(Serialization.unmarshal(POLICY.formatted(1, "no network"), EgressPolicy.class));
        view.keepAccepted(accepted);
        assertEquals(List.of("PolicyRemoved"), missing());
    }

    @Test
    void aGatewayThatItCouldNeverReadKeepsWhatWasAccepted() {
        view.seen(Serialization.unmarshal(GATEWAY.formatted("no address"), EgressGateway.class));
        view.wanted.want(SmallFleet.policy(P1, "web"));
        view.wanted.want(SmallFleet.declared("node1"));
        view.keepAccepted(accepted);
        assertEquals(List.of(), missing());
    }
}
