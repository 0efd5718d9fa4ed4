package dev.baton.e2e.cluster;

import static org.junit.jupiter.api.Assertions.assertFalse;

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

    private static final String WANTS_THE_OTHER = """
        apiVersion: egressgateway.spidernet.io/v1beta1
        kind: EgressPolicy
        metadata: {name: taken, namespace: default}
        spec:
          egressGatewayName: egw1
          egressIP: {ipv4: 10.89.0.55}
          appliedTo: {podSelector: {matchLabels: {app: taken}}}
          destSubnet: [10.89.0.250/32]
        """;
    private static final String DEGRADED = "{.status.conditions[?(@.type==\"Degraded\")].status}"
            + " {.status.conditions[?(@.type==\"Degraded\")].reason}"
            + " {.status.conditions[?(@.type==\"Degraded\")].message}";

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

    /** The machine outside keeps its address, and the policy's condition says which machine that is. */
    @Test
    void anAddressThatAnotherMachineHasIsLeftToIt() {
        egress.settle();
        String link = cluster.in("external", "ip -o link show dev eth0");
        String mac = link.substring(link.indexOf("link/ether") + 11).split(" ")[0];
        cluster.in("external", "ip addr add " + EgressSetup.OTHER_EIP + "/32 dev eth0");
        try {
            cluster.kubectl().apply(WANTS_THE_OTHER).succeeded();
            EgressSetup.until(
                    "the condition names " + mac,
                    () -> egress.field("egp taken", DEGRADED)
                            .equals("True ADDRESS_IN_USE the machine " + mac
                                    + " has this address: traffic is dropped until it answers no more"));
            for (String node : EgressSetup.GATEWAY_NODES) {
                String addresses = cluster.in(node, "ip -4 -o addr show dev eth0");
                assertFalse(addresses.contains(EgressSetup.OTHER_EIP + "/"), addresses);
            }
        } finally {
            cluster.in("external", "ip addr del " + EgressSetup.OTHER_EIP + "/32 dev eth0");
            cluster.kubectl("delete egp taken");
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
