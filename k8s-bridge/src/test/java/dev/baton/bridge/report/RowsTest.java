package dev.baton.bridge.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.baton.bridge.api.EgressGateway;
import dev.baton.bridge.api.EgressGateway.GatewayNode;
import dev.baton.bridge.api.EgressGateway.NodeEip;
import dev.baton.bridge.api.EgressGateway.PolicyRef;
import dev.baton.bridge.api.EgressPolicy;
import dev.baton.bridge.api.EgressTunnel;
import dev.baton.bridge.api.PolicyStatus;
import dev.baton.bridge.state.FleetView;
import dev.baton.bridge.state.SmallFleet;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.MoveReason;
import dev.baton.contract.NodeId;
import dev.baton.contract.PolicyId;
import dev.baton.contract.TunnelPhase;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What EgressGateway's statuses say beside what the coordinator decided. */
class RowsTest {
    private static final PolicyId WEB = new PolicyId("shop", "web");

    /** The policy shop/web has 10.6.1.1, on this node. */
    private static FleetView standing(AssignmentStep step, String holder) {
        return FleetView.of(SmallFleet.snapshot(
                List.of(SmallFleet.node("node1", TunnelPhase.READY), SmallFleet.node("node2", TunnelPhase.FAILED)),
                List.of(SmallFleet.known(SmallFleet.gateway("gw", true, Optional.empty()))),
                List.of(SmallFleet.bound(SmallFleet.policy(WEB, "web"), "10.6.1.1")),
                List.of(SmallFleet.eip(SmallFleet.assignment("10.6.1.1", step, holder, MoveReason.ALLOCATED)))));
    }

    private static final FleetView ON_NODE1 = standing(AssignmentStep.HELD, "node1");

    private static List<Row> eips(FleetView standing, GatewayNode... nodes) {
        var gateway = new EgressGateway();
        gateway.setStatus(new EgressGateway.Status(List.of(nodes), new EgressGateway.IpUsage(0, 0, 0, 0), List.of()));
        return EipRows.of(Map.of(SmallFleet.GATEWAY, gateway), standing);
    }

    private static GatewayNode node(String name, NodeEip... eips) {
        return new GatewayNode(name, "Ready", List.of(eips));
    }

    private static NodeEip eip(String ipv4, String ipv6, PolicyRef... policies) {
        return new NodeEip(ipv4, ipv6, List.of(policies));
    }

    private static Row row(String line, boolean agrees) {
        return new Row(line + " agrees=" + agrees, agrees);
    }

    private static final PolicyRef REF = new PolicyRef("web", "shop");

    @Test
    void anEipWhereBatonHasItAgrees() {
        assertEquals(
                List.of(row(
                        "eip=10.6.1.1 gateway=gw now=node1 baton=node1 policies_now=shop/web policies_baton=shop/web",
                        true)),
                eips(ON_NODE1, node("node1", eip("10.6.1.1", "", REF)), node("node2")));
    }

    @Test
    void anEipElsewhereOrOfOthersDiffers() {
        assertEquals(
                List.of(row(
                        "eip=10.6.1.1 gateway=gw now=node2 baton=node1 policies_now=shop/web policies_baton=shop/web",
                        false)),
                eips(ON_NODE1, node("node2", eip("10.6.1.1", "", REF))));
        assertEquals(
                List.of(row(
                        "eip=10.6.1.1 gateway=gw now=node1 baton=node1 policies_now=all,shop/web"
                                + " policies_baton=shop/web",
                        false)),
                eips(ON_NODE1, node("node1", eip("10.6.1.1", "", REF, new PolicyRef("all", "")))));
    }

    @Test
    void anEipThatOnlyOneOfThemKnowsDiffers() {
        assertEquals(
                List.of(
                        row(
                                "eip=10.6.1.1 gateway=gw now=none baton=none policies_now=none policies_baton=shop/web",
                                false),
                        row(
                                "eip=10.6.1.2+fd00::2 gateway=gw now=node1 baton=none policies_now=shop/web"
                                        + " policies_baton=none",
                                false)),
                eips(standing(AssignmentStep.WAITING, ""), node("node1", eip("10.6.1.2", "fd00:0:0::2", REF))));
    }

    @Test
    void entriesWithoutAddressesAreTheNodesOwn() {
        assertEquals(
                "eip=node-address gateway=gw now=node1,node2 baton=none policies_now=shop/web policies_baton=none"
                        + " agrees=false",
                eips(ON_NODE1, node("node2", eip("", "", REF)), node("node1", eip("", "", REF)))
                        .getLast()
                        .line());
    }

    private static List<Row> policies(PolicyStatus status, Optional<String> refused) {
        var policy = new EgressPolicy();
        policy.setStatus(status);
        return PolicyRows.of(Map.of(WEB, (HasMetadata) policy), ON_NODE1, _ -> refused);
    }

    private static PolicyStatus status(String ipv4, String node) {
        return new PolicyStatus(new PolicyStatus.PolicyEip(ipv4, ""), node, List.of());
    }

    @Test
    void policiesSayWhatTheyHaveAndWouldGet() {
        assertEquals(
                List.of(row(
                        "policy=shop/web now=10.6.1.1 node_now=node1 baton=10.6.1.1 node_baton=node1 refused=none",
                        true)),
                policies(status("10.6.1.1", "node1"), Optional.empty()));
        assertEquals(
                List.of(row(
                        "policy=shop/web now=none node_now=none baton=10.6.1.1 node_baton=node1 refused=none", false)),
                policies(status("", ""), Optional.empty()));
        assertEquals(
                List.of(row(
                        "policy=shop/web now=node-address node_now=node2 baton=10.6.1.1 node_baton=node1 refused=none",
                        false)),
                policies(status("", "node2"), Optional.empty()));
        assertEquals(
                List.of(row(
                        "policy=shop/web now=10.6.1.1 node_now=node1 baton=10.6.1.1 node_baton=node1"
                                + " refused=\"spec.x: \\\"a b\\\"\"",
                        false)),
                policies(status("10.6.1.1", "node1"), Optional.of("spec.x: \"a b\"")));
    }

    @Test
    void tunnelsSayTheirPhases() {
        var tunnel = new EgressTunnel();
        tunnel.setStatus(new EgressTunnel.Status(
                new EgressTunnel.TunnelAddress("172.31.9.1", "", "", new EgressTunnel.Parent("", "", "")),
                "0x26b7b4e1",
                "Ready",
                "",
                List.of()));
        assertEquals(
                List.of(
                        row(
                                "node=node1 now=Ready baton=Ready mark_now=0x26b7b4e1 mark_baton=none"
                                        + " ipv4_now=172.31.9.1 ipv4_baton=none",
                                true),
                        row(
                                "node=node2 now=none baton=Failed mark_now=none mark_baton=none ipv4_now=none"
                                        + " ipv4_baton=none",
                                false)),
                TunnelRows.of(
                        List.of(new NodeId("node2"), new NodeId("node1")),
                        Map.of(new NodeId("node1"), tunnel),
                        ON_NODE1));
    }
}
