package dev.baton.e2e.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.baton.bridge.manifest.Statuses;
import dev.baton.contract.Eip;
import dev.baton.contract.EipsAdopted;
import dev.baton.contract.EipsAdopted.AdoptedEip;
import dev.baton.contract.GatewayId;
import dev.baton.contract.NodeId;
import dev.baton.contract.PolicyId;
import dev.baton.e2e.kube.kit.KubeServer;
import dev.baton.e2e.kube.kit.NeedsKube;
import dev.baton.launcher.cli.FoundStatuses;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What {@code baton adopt} reads: by itself from a real API server, and from a file that the real kubectl wrote. */
@NeedsKube
class FoundStatusesE2E {
    private static final String OBJECTS = """
        apiVersion: egressgateway.spidernet.io/v1beta1
        kind: EgressGateway
        metadata: {name: egw1}
        spec:
          ippools: {ipv4: [10.6.1.55-10.6.1.60], ipv4DefaultEIP: 10.6.1.58}
          nodeSelector: {selector: {matchLabels: {egress: "true"}}}
        status:
          ipUsage: {ipv4Total: 6, ipv4Free: 4, ipv6Total: 0, ipv6Free: 0}
          nodeList:
          - name: node1
            status: Ready
            eips:
            - {ipv4: 10.6.1.56, policies: [{name: rr1, namespace: default}]}
            - {policies: [{name: own}]}
          - name: node2
            status: Ready
            eips:
            - {ipv4: 10.6.1.58, policies: [{name: web, namespace: default}]}
          - {name: node3, status: Pending}
        ---
        apiVersion: egressgateway.spidernet.io/v1beta1
        kind: EgressTunnel
        metadata: {name: node1}
        spec: {}
        status:
          mark: "0x26b7b4e4"
          phase: Ready
          lastHeartbeatTime: "2026-07-31T10:00:05Z"
          tunnel: {ipv4: 172.31.7.200, ipv6: "fd11::83c", mac: "66:c5:d6:cc:29:54", parent: {name: eth0, ipv4: 192.0.2.1}}
        ---
        apiVersion: egressgateway.spidernet.io/v1beta1
        kind: EgressPolicy
        metadata: {name: second, namespace: default}
        spec: {egressGatewayName: egw1, appliedTo: {podSelector: {matchLabels: {app: web}}}}
        status: {eip: {ipv4: 10.6.1.58, ipv6: ""}, node: node2}
        ---
        apiVersion: egressgateway.spidernet.io/v1beta1
        kind: EgressClusterPolicy
        metadata: {name: own}
        spec: {egressGatewayName: egw1, egressIP: {useNodeIP: true}, appliedTo: {podSelector: {matchLabels: {app: own}}}}
        status: {eip: {ipv4: "", ipv6: ""}, node: node1}
        """;

    @RegisterExtension
    private static final KubeServer kube = KubeServer.with("none");

    private static AdoptedEip line(Eip eip, String node, PolicyId... policies) {
        return new AdoptedEip(eip, Optional.of(new NodeId(node)), List.of(policies));
    }

    @Test
    void theApiServerAndKubectlsFileSayTheSame() {
        kube.apply(OBJECTS).succeeded();
        kube.apply(OBJECTS, "--server-side", "--force-conflicts", "--subresource=status")
                .succeeded();
        String yaml = kube.run(
                        "get", "egressgateways,egresstunnels,egresspolicies,egressclusterpolicies", "-A", "-o", "yaml")
                .succeeded()
                .out();
        Statuses ofFile = Statuses.read("found.yaml", yaml);
        Statuses ofServer = FoundStatuses.inCluster(Optional.of(kube.api().kubeconfig()));
        assertEquals(ofFile, ofServer);
        var gateway = new GatewayId("egw1");
        assertEquals(
                List.of(new EipsAdopted(
                        gateway,
                        List.of(
                                line(Eip.parse("10.6.1.56"), "node1", new PolicyId("default", "rr1")),
                                line(Eip.nodeAddressOf(gateway), "node1", PolicyId.cluster("own")),
                                line(
                                        Eip.parse("10.6.1.58"),
                                        "node2",
                                        new PolicyId("default", "web"),
                                        new PolicyId("default", "second"))))),
                ofServer.eips());
        assertEquals(1, ofServer.tunnels().size());
        assertEquals(1, ofServer.refused().size(), "the mark is none of ours");
    }
}
