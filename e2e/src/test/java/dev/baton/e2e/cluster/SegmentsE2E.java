package dev.baton.e2e.cluster;

import org.junit.jupiter.api.Test;

/** EIPs in networks that only some nodes are in. */
@NeedsCluster
class SegmentsE2E {
    private static final String EIP = "10.88.0.56";
    private static final String POLICY = """
        apiVersion: egressgateway.spidernet.io/v1beta1
        kind: EgressGateway
        metadata: {name: egw88}
        spec:
          ippools: {ipv4: [10.88.0.56], ipv4DefaultEIP: 10.88.0.56}
          nodeSelector: {selector: {matchLabels: {egress: "true"}}}
        ---
        apiVersion: egressgateway.spidernet.io/v1beta1
        kind: EgressPolicy
        metadata: {name: beside, namespace: default}
        spec:
          egressGatewayName: egw88
          appliedTo: {podSelector: {matchLabels: {app: beside}}}
          destSubnet: [10.88.0.0/24]
        """;

    private final EgressSetup egress = EgressSetup.shared();
    private final Cluster cluster = egress.cluster;

    @Test
    void anEipGoesToTheNodeThatIsInItsNetworkAndFollowsTheInterface() {
        egress.settle();
        try {
            cluster.kubectl().apply(POLICY).succeeded();
            plugInto("node1", "10.88.0.11/24");
            isOn("node1");
            cluster.in("node1", "ip link del lan1");
            plugInto("node2", "10.88.0.12/24");
            isOn("node2");
        } finally {
            cluster.kubectl("delete egp beside");
            cluster.kubectl("delete egw egw88 --timeout=50s");
            cluster.in("node2", "ip link del lan1");
        }
        egress.settle();
    }

    /** A cable that leads nowhere: who is in the network is all that counts here. */
    private void plugInto(String node, String address) {
        cluster.in(node, "ip link add lan1 type veth peer name lan1p");
        cluster.in(node, "ip link set lan1p up");
        cluster.in(node, "ip link set lan1 up");
        cluster.in(node, "ip addr add " + address + " dev lan1");
    }

    private void isOn(String node) {
        egress.awaitField("egp beside", "{.status.node}", node);
        EgressSetup.until(
                EIP + " is on the interface of its network on " + node,
                () -> cluster.in(node, "ip -4 -o addr show dev lan1").contains(EIP + "/32"));
    }
}
