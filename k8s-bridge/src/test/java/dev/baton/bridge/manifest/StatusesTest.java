package dev.baton.bridge.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.bridge.api.EgressGateway;
import dev.baton.contract.Eip;
import dev.baton.contract.EipsAdopted;
import dev.baton.contract.EipsAdopted.AdoptedEip;
import dev.baton.contract.GatewayId;
import dev.baton.contract.IpAddress;
import dev.baton.contract.MacAddress;
import dev.baton.contract.Mark;
import dev.baton.contract.NodeId;
import dev.baton.contract.PolicyId;
import dev.baton.contract.RefusalReason;
import dev.baton.contract.TunnelAdopted;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StatusesTest {
    private static final GatewayId EGW1 = new GatewayId("egw1");

    private static AdoptedEip line(Eip eip, String node, String... policies) {
        return new AdoptedEip(
                eip,
                Optional.of(new NodeId(node)),
                Stream.of(policies).map(PolicyId::parse).toList());
    }

    @Test
    void readsWhatEgressGatewayWrites() {
        Statuses found = Statuses.read("statuses.yaml", ManifestTest.resource("egressgateway-statuses.yaml"));
        assertEquals(
                List.of(new EipsAdopted(
                        EGW1,
                        List.of(
                                line(Eip.parse("10.6.1.56+fd00::59"), "node1", "default/rr1"),
                                line(Eip.nodeAddressOf(EGW1), "node1", "shop/own"),
                                // The second policy of the default EIP stands in its own status only.
                                line(Eip.parse("10.6.1.58+fd00::58"), "node2", "default/web", "gold", "default/second"),
                                line(Eip.parse("10.6.1.60"), "node2")))),
                found.eips());
    }

    @Test
    void takesOfATunnelWhatCanBeHere() {
        Statuses found = Statuses.read("statuses.yaml", ManifestTest.resource("egressgateway-statuses.yaml"));
        assertEquals(
                List.of(
                        new TunnelAdopted(
                                new NodeId("node1"),
                                Optional.empty(),
                                Optional.of(new MacAddress("66:c5:d6:cc:29:54")),
                                Optional.of(IpAddress.parse("172.31.7.200")),
                                Optional.of(IpAddress.parse("fd11::83c"))),
                        new TunnelAdopted(
                                new NodeId("node2"),
                                Optional.of(new Mark(0x26000abc)),
                                Optional.empty(),
                                Optional.of(IpAddress.parse("172.31.9.1")),
                                Optional.empty())),
                found.tunnels());
        assertEquals(1, found.refused().size());
        Statuses.Refused mark = found.refused().getFirst();
        assertEquals("mark of node node1", mark.subject());
        assertEquals(RefusalReason.MARK_OUT_OF_RANGE, mark.reason());
        assertTrue(mark.detail().contains("0x26b7b4e4"), mark::detail);
    }

    @Test
    void whatIsNoStatusNamesItsPlace() {
        String yaml = """
            apiVersion: egressgateway.spidernet.io/v1beta1
            kind: EgressGateway
            metadata: {name: egw1}
            status: {nodeList: [{name: node1, eips: [{ipv4: 10.6.1.300}]}]}
            """;
        var refused = assertThrows(InvalidManifest.class, () -> Statuses.read("f.yaml", yaml));
        String message = Objects.requireNonNull(refused.getMessage());
        assertTrue(message.startsWith("f.yaml[1]: EgressGateway/egw1: status.nodeList[0].eips[0].ipv4: "), message);
        var swapped = assertThrows(
                InvalidManifest.class, () -> Statuses.read("f.yaml", yaml.replace("10.6.1.300", "\"fd00::1\"")));
        assertTrue(Objects.requireNonNull(swapped.getMessage()).contains("is not an IPv4 address"));
    }

    @Test
    void readsTheApiServersObjectsTheSame() {
        var gateway = new EgressGateway();
        gateway.setMetadata(new ObjectMetaBuilder().withName("egw1").build());
        var policy = new EgressGateway.PolicyRef("web", "default");
        gateway.setStatus(new EgressGateway.Status(
                List.of(new EgressGateway.GatewayNode(
                        "node1", "Ready", List.of(new EgressGateway.NodeEip("10.6.1.56", "", List.of(policy))))),
                new EgressGateway.IpUsage(1, 0, 0, 0),
                List.of()));
        assertEquals(
                List.of(new EipsAdopted(EGW1, List.of(line(Eip.parse("10.6.1.56"), "node1", "default/web")))),
                Statuses.of(List.of(gateway)).eips());
    }
}
