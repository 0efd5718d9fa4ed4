package dev.baton.bridge.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.baton.bridge.api.EgressClusterInfo.Addresses;
import dev.baton.bridge.api.EgressClusterInfo.AutoDetect;
import dev.baton.bridge.api.EgressClusterInfo.Spec;
import dev.baton.contract.Cidr;
import dev.baton.contract.ClusterNetworksDeclared;
import dev.baton.contract.IpAddress;
import dev.baton.contract.NodeId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClusterNetworksTest {
    private static final String INSIDE = "10.6.0.1/32, 10.96.0.0/12";

    private final ClusterNetworks networks = new ClusterNetworks();

    @BeforeEach
    void aNodeAndItsServices() {
        networks.putNode(new NodeId("node1"), Set.of(IpAddress.parse("10.6.0.1")), Set.of(Cidr.parse("10.244.1.0/24")));
        networks.putServices("kubernetes", Set.of(Cidr.parse("10.96.0.0/12")));
    }

    private static Spec spec(String mode, String... extra) {
        return new Spec(new AutoDetect(mode, true, true), List.of(extra));
    }

    private List<String> sorted(Spec spec) {
        return networks.cidrs(spec).cidrs().stream()
                .map(Cidr::toString)
                .sorted()
                .toList();
    }

    private static List<String> list(String cidrs) {
        return Stream.of(cidrs.split(", ")).sorted().toList();
    }

    @Test
    void autoTakesTheNodesNetworksUntilCalicoHasPools() {
        assertEquals(list(INSIDE + ", 10.244.1.0/24"), sorted(spec("auto")));
        assertEquals("k8s", networks.status(spec("auto")).podCidrMode());
        networks.putCalicoPool("default", Set.of(Cidr.parse("10.245.0.0/16")));
        assertEquals(list(INSIDE + ", 10.245.0.0/16"), sorted(spec("auto")));
        assertEquals(Set.of("default"), networks.status(spec("auto")).podCIDR().keySet());
        networks.removeCalicoPool("default");
        assertEquals(Set.of("node1"), networks.status(spec("auto")).podCIDR().keySet());
    }

    @Test
    void aModeThatIsNamedIsTakenAtItsWord() {
        networks.putCalicoPool("default", Set.of(Cidr.parse("10.245.0.0/16")));
        assertEquals(list(INSIDE + ", 10.244.1.0/24"), sorted(spec("k8s")));
        assertEquals(list(INSIDE + ", 10.245.0.0/16"), sorted(spec("calico")));
        assertEquals(list(INSIDE), sorted(spec("")));
    }

    @Test
    void addressesAreNetworksOfOneAndWhatIsSwitchedOffIsLeftOut() {
        assertEquals(list(INSIDE + ", 10.9.0.7/32, 10.20.0.0/16"), sorted(spec("", "10.20.0.0/16", "10.9.0.7", "?")));
        assertEquals(
                List.of("10.20.0.0/16"), sorted(new Spec(new AutoDetect("", false, false), List.of("10.20.0.0/16"))));
    }

    @Test
    void whatIsGoneIsForgotten() {
        networks.removeNode(new NodeId("node1"));
        networks.removeServices("kubernetes");
        assertEquals(List.of(), networks.cidrs(spec("auto")).cidrs());
        assertEquals(Set.of(), networks.status(spec("auto")).nodeIP().keySet());
    }

    /** A user's list may hold the pools themselves; what he switched off for policies is true all the same. */
    @Test
    void theCoordinatorIsToldWhatWasFoundOutMergedAndNotWhatAUserLists() {
        networks.putNode(new NodeId("node2"), Set.of(IpAddress.parse("10.6.0.0")), Set.of(Cidr.parse("10.244.0.0/24")));
        var off = new Spec(new AutoDetect("auto", false, false), List.of("10.0.0.0/8"));
        assertEquals(
                new ClusterNetworksDeclared(
                        List.of(Cidr.parse("10.96.0.0/12")),
                        List.of(Cidr.parse("10.244.0.0/23")),
                        List.of(Cidr.parse("10.6.0.0/31"))),
                networks.declared(off));
    }

    /** Cilium, AWS VPC, Kube-OVN and others give pods addresses of their own. */
    @Test
    void podsInNoneOfTheNetworksCountByTheirAddresses() {
        networks.putPod("shop", "in", List.of(IpAddress.parse("10.244.1.9")));
        long before = networks.version();
        assertEquals(list(INSIDE + ", 10.244.1.0/24"), sorted(spec("auto")));

        networks.putPod("shop", "out", List.of(IpAddress.parse("10.0.3.7"), IpAddress.parse("fd00::7")));
        assertNotEquals(before, networks.version());
        assertEquals(list(INSIDE + ", 10.244.1.0/24, 10.0.3.7/32, fd00::7/128"), sorted(spec("auto")));
        assertEquals(
                Optional.of(List.of("10.0.3.7/32")),
                Optional.ofNullable(networks.status(spec("auto")).podCIDR().get(ClusterNetworks.OUTSIDE))
                        .map(Addresses::ipv4));
        assertEquals(list(INSIDE + ", 10.244.1.0/24, 10.0.0.0/16, fd00::7/128"), sorted(spec("auto", "10.0.0.0/16")));
        assertEquals(list(INSIDE), sorted(spec("")), "who wants none to be found is taken at his word");

        networks.putPod("shop", "out", List.of());
        assertEquals(list(INSIDE + ", 10.244.1.0/24"), sorted(spec("auto")));
        assertEquals(Set.of("node1"), networks.status(spec("auto")).podCIDR().keySet());
    }

    @Test
    void podsThatComeAndGoInsideAreNoChangeOfTheNetworks() {
        sorted(spec("auto"));
        long before = networks.version();
        networks.putPod("shop", "in", List.of(IpAddress.parse("10.244.1.9")));
        networks.putPod("shop", "in", List.of());
        assertEquals(before, networks.version());
    }
}
