package dev.baton.bridge.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.bridge.api.Condition;
import dev.baton.bridge.api.EgressClusterInfo;
import dev.baton.bridge.api.EgressClusterInfo.Status;
import dev.baton.bridge.state.ClusterNetworks;
import dev.baton.contract.Cidr;
import dev.baton.contract.IpAddress;
import dev.baton.contract.NodeId;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ClusterInfoStatusesTest {
    private static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");

    private final ClusterNetworks networks = new ClusterNetworks();
    private final EgressClusterInfo info = new EgressClusterInfo();

    ClusterInfoStatusesTest() {
        networks.putNode(new NodeId("node1"), Set.of(), Set.of(Cidr.parse("10.244.1.0/24")));
    }

    private Status look(Instant now) {
        info.setStatus(ClusterInfoStatuses.of(networks.status(info.getSpec()), 1, info.getStatus(), now));
        return info.getStatus();
    }

    private Condition only(Instant now) {
        List<Condition> all = look(now).conditions();
        assertEquals(1, all.size(), all::toString);
        return all.getFirst();
    }

    @Test
    void saysThatPodsHaveAddressesElsewhereUntilTheirNetworkIsListed() {
        networks.putPod("default", "web-0", List.of(IpAddress.parse("10.244.1.7")));
        assertEquals("True", only(NOON).status());

        networks.putPod("default", "web-1", List.of(IpAddress.parse("10.9.9.9")));
        Condition outside = only(NOON.plusSeconds(60));
        assertEquals("False PODS_OUTSIDE", outside.status() + " " + outside.reason());
        assertTrue(outside.message().contains("10.9.9.9/32"), outside::toString);
        assertEquals(outside, only(NOON.plusSeconds(120)), "what did not change keeps its time");

        info.setSpec(new EgressClusterInfo.Spec(info.getSpec().autoDetect(), List.of("10.9.0.0/16")));
        assertEquals("True", only(NOON.plusSeconds(180)).status());
    }

    @Test
    void saysNothingWhereNoPodsNetworksAreToBeFound() {
        var nowhere = new EgressClusterInfo.AutoDetect("", true, true);
        info.setSpec(new EgressClusterInfo.Spec(nowhere, List.of()));
        assertEquals(List.of(), look(NOON).conditions());
    }
}
