package dev.baton.bridge.state;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.baton.contract.EndpointEntry;
import dev.baton.contract.EndpointSlice;
import dev.baton.contract.EndpointSlice.Endpoint;
import dev.baton.contract.IpAddress;
import dev.baton.contract.KnownPods;
import dev.baton.contract.NodeId;
import dev.baton.contract.PolicyId;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PodsOfNodesTest {
    private static final NodeId NODE = new NodeId("node1");
    private static final NodeId OTHER = new NodeId("node2");

    private final PodsOfNodes pods = new PodsOfNodes();

    private void pod(String name, NodeId node, String... addresses) {
        var parsed = List.of(addresses).stream().map(IpAddress::parse).toList();
        pods.putPod("shop/" + name, Optional.of(new Endpoint("shop", name, node, parsed)));
    }

    private void gone(String name) {
        pods.putPod("shop/" + name, Optional.empty());
    }

    private static EndpointEntry known(NodeId node, String... addresses) {
        var parsed = new TreeSet<IpAddress>();
        List.of(addresses).forEach(text -> parsed.add(IpAddress.parse(text)));
        return new KnownPods(node, parsed).slice();
    }

    @Test
    void saysOfEachNodeWhichPodsAreKnownAndOfOneWithoutPodsThatThereAreNone() {
        pods.putNode(NODE);
        pod("a", NODE, "10.244.1.5", "fd44::5");
        pod("b", NODE, "10.244.1.6");
        pod("c", OTHER, "10.244.2.5");
        assertEquals(List.of(known(NODE, "10.244.1.5", "10.244.1.6", "fd44::5")), pods.due(true));
        assertEquals(List.of(), pods.due(true));
        pods.putNode(OTHER);
        assertEquals(List.of(known(OTHER, "10.244.2.5")), pods.due(true));
        gone("c");
        assertEquals(List.of(known(OTHER)), pods.due(true));
        pods.removeNode(OTHER);
        assertEquals(List.of(KnownPods.withdrawal(OTHER)), pods.due(true));
    }

    @Test
    void anAddressGoesWithItsPodUnlessAnotherHasItBynow() {
        pods.putNode(NODE);
        pods.putNode(OTHER);
        pod("a", NODE, "10.244.1.5");
        pods.due(true);
        pod("b", NODE, "10.244.1.5");
        assertEquals(List.of(), pods.due(true));
        gone("a");
        assertEquals(List.of(), pods.due(true));
        // Of the same name, on another node: a pod of a StatefulSet.
        pod("b", OTHER, "10.244.2.5");
        assertEquals(List.of(known(NODE), known(OTHER, "10.244.2.5")), pods.due(true));
    }

    @Test
    void whoTakesOverSaysOnlyWhatDiffersAndWithdrawsWhatIsNotToBeSaid() {
        pods.putNode(NODE);
        pods.putNode(OTHER);
        pod("a", NODE, "10.244.1.5");
        List<EndpointEntry> log = List.of(
                known(NODE, "10.244.1.5"),
                known(OTHER, "10.244.2.9"),
                known(new NodeId("former")),
                new EndpointSlice(PolicyId.parse("shop/web"), "web-0", List.of()));
        pods.adopt(log);
        assertEquals(List.of(KnownPods.withdrawal(new NodeId("former")), known(OTHER)), pods.due(true));
        pods.adopt(log);
        assertEquals(
                List.of(
                        KnownPods.withdrawal(new NodeId("former")),
                        KnownPods.withdrawal(NODE),
                        KnownPods.withdrawal(OTHER)),
                pods.due(false));
        pod("b", NODE, "10.244.1.6");
        assertEquals(List.of(), pods.due(false));
    }

    @Test
    void whatWasNotAppendedIsSaidAgain() {
        pods.putNode(NODE);
        assertEquals(List.of(known(NODE)), pods.due(true));
        pods.failed(NODE);
        assertEquals(List.of(known(NODE)), pods.due(true));
        pods.removeNode(NODE);
        assertEquals(List.of(KnownPods.withdrawal(NODE)), pods.due(true));
        pods.failed(NODE);
        assertEquals(List.of(KnownPods.withdrawal(NODE)), pods.due(true));
        assertEquals(List.of(), pods.due(true));
    }
}
