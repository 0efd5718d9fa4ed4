package dev.baton.datapath.linux;

import static dev.baton.datapath.lab.EchoServer.sourceSeen;
import static dev.baton.datapath.lab.Lab.SERVER4;
import static dev.baton.datapath.lab.Lab.SERVER6;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.Cidr;
import dev.baton.datapath.Health;
import dev.baton.datapath.lab.Capture;
import dev.baton.datapath.lab.EchoServer;
import dev.baton.datapath.lab.Lab;
import dev.baton.datapath.lab.TestFleet;
import dev.baton.datapath.linux.nft.TrafficForm;
import dev.baton.datapath.linux.route.NamedInterfaces;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A pod of n1 that is new: what leaves of it before, and after, it is said whether a policy selects it. */
@NeedsRootAndTools
class NewPodsTest extends ThreeNodes {
    private static final String POD4 = "10.244.1.10";
    private static final String POD6 = "fd44:1::10";
    private static final Duration WAIT = Duration.ofSeconds(1);
    /** Longer than the tests that must not see its end. */
    private static final Duration LONG_WAIT = Duration.ofSeconds(30);

    private static final String NODES_OWN = "(ip and src host 10.6.0.1) or (ip6 and src host fd06::1)";
    private static final String TO_SERVER = "udp dst port " + EchoServer.PORT + " or tcp dst port " + EchoServer.PORT;

    private void restarted(TrafficForm form, Duration wait) throws Exception {
        datapath(1).close();
        LinuxOptions before = options(1);
        var next = new LinuxDatapath(new LinuxOptions(
                before.parent(), before.namespace(), before.fence(), form, NamedInterfaces.NONE, wait));
        datapaths.set(0, next);
        next.open();
        applied(1);
    }

    private Health.NewPodPackets packets() {
        return datapath(1).check().newPods();
    }

    private void leavesAs(String source4, String source6) {
        assertEquals(Optional.of(source4), sourceSeen(lab, "p1", SERVER4));
        assertEquals(Optional.of(source6), sourceSeen(lab, "p1", SERVER6));
    }

    private void doesNotLeave() {
        assertEquals(Optional.empty(), sourceSeen(lab, "p1", SERVER4));
        assertEquals(Optional.empty(), sourceSeen(lab, "p1", SERVER6));
    }

    @ParameterizedTest
    @EnumSource
    void itsFirstPacketHasTheRightSourceAndItsFirstConnectionOnlyComesLater(TrafficForm form) throws Exception {
        fleet.podSelected(1, false);
        fleet.knownPods(1);
        restarted(form, LONG_WAIT);
        var wrong = new Capture(lab, "(" + NODES_OWN + ") and (" + TO_SERVER + ")");
        doesNotLeave();
        CompletableFuture<Socket> first = CompletableFuture.supplyAsync(() -> EchoServer.connect(lab, "p1", SERVER4));
        Lab.eventually(WITHIN, "its first packets wait", () -> packets().held() >= 3);

        fleet.podSelected(1, true);
        fleet.knownPods(1, POD4, POD6);
        applied(1);
        leavesAs(TestFleet.EIP4, TestFleet.EIP6);
        try (Socket connection = first.get()) {
            assertEquals(TestFleet.EIP4, EchoServer.ask(connection));
            // It is unknown again, as when its bridge began anew: what is there goes on.
            fleet.knownPods(1);
            applied(1);
            assertEquals(TestFleet.EIP4, EchoServer.ask(connection));
            doesNotLeave();
        }
        assertEquals(List.of(), wrong.frames());
        assertEquals(0, packets().letGo());
    }

    /** With the setting off, it is the node's address that first packets have. */
    @Test
    void aPodThatNoPolicySelectsLeavesAsTheNodeOnceThatIsKnownOrWhereNobodySaysSo() throws Exception {
        fleet.podSelected(1, false);
        applied(1);
        leavesAs("10.6.0.1", "fd06::1");
        assertFalse(lab.in("n1", "nft", "list", "tables").contains("baton-new-pods"));
        fleet.knownPods(1);
        applied(1);
        doesNotLeave();
        fleet.knownPods(1, POD4, POD6);
        applied(1);
        leavesAs("10.6.0.1", "fd06::1");
        fleet.knownPodsWithdrawn(1);
        applied(1);
        assertFalse(lab.in("n1", "nft", "list", "tables").contains("baton-new-pods"));
    }

    /** What is inside the cluster is no egress: name service and the API server answer a new pod at once. */
    @Test
    void nothingInsideTheClusterWaitsNorWhatComesFromOtherNodes() throws Exception {
        fleet.podSelected(1, false);
        fleet.knownPods(1);
        fleet.clusterCidrs(List.of(Cidr.parse("10.244.0.0/16"), Cidr.parse("fd44::/16"), Cidr.parse(SERVER4 + "/32")));
        restarted(traffic(), LONG_WAIT);
        assertEquals(Optional.of("10.6.0.1"), sourceSeen(lab, "p1", SERVER4));
        assertEquals(Optional.empty(), sourceSeen(lab, "p1", SERVER6));
        // A network more or less writes the table anew, and leaves who waits and who is known.
        fleet.clusterCidrs(List.of(Cidr.parse("10.244.0.0/16"), Cidr.parse("fd44::/16")));
        fleet.knownPods(1, POD6);
        applied(1);
        assertEquals(Optional.empty(), sourceSeen(lab, "p1", SERVER4));
        assertEquals(Optional.of("fd06::1"), sourceSeen(lab, "p1", SERVER6));
        // What arrives through the tunnel is a pod of another node.
        fleet.knownPods(2);
        applied(2);
        assertEquals(Optional.empty(), sourceSeen(lab, "p2", SERVER4));
        assertEquals(Optional.of(TestFleet.EIP4), sourceSeen(lab, "p3", SERVER4));
    }

    @Test
    void nobodyIsCutOffForLongerThanTheWaitAndTheNextPodWithTheAddressWaitsAgain() throws Exception {
        fleet.podSelected(1, false);
        fleet.knownPods(1);
        restarted(traffic(), WAIT);
        long began = System.nanoTime();
        Lab.eventually(
                WITHIN, "it is let go", () -> sourceSeen(lab, "p1", SERVER4).equals(Optional.of("10.6.0.1")));
        var waited = Duration.ofNanos(System.nanoTime() - began);
        assertTrue(waited.compareTo(WAIT) >= 0, "waited for " + waited);
        assertEquals(Optional.of("10.6.0.1"), sourceSeen(lab, "p1", SERVER4));
        assertTrue(packets().letGo() >= 2, packets().toString());

        fleet.knownPods(1, POD4);
        applied(1);
        fleet.knownPods(1);
        applied(1);
        assertEquals(Optional.empty(), sourceSeen(lab, "p1", SERVER4));
        assertTrue(packets().letGo() >= 2, "the counters outlive what the table was rewritten for");
    }

    @Test
    void theTableComesBackWhenSomebodyDeletesItAndGoesWithTheCleanup() throws Exception {
        fleet.podSelected(1, false);
        fleet.knownPods(1);
        restarted(traffic(), LONG_WAIT);
        doesNotLeave();
        long held = packets().held();
        lab.in("n1", "nft", "delete", "table", "inet", "baton-new-pods");
        Lab.eventually(WITHIN, "it is back", () -> {
            datapath(1).check();
            return lab.in("n1", "nft", "list", "tables").contains("baton-new-pods");
        });
        doesNotLeave();
        assertTrue(packets().held() > held, packets() + " after " + held);
        // As it is a minute after an agent's last word.
        lab.in("n1", "nft", "flush", "set", "inet", "baton-new-pods", "alive");
        leavesAs("10.6.0.1", "fd06::1");
        datapath(1).cleanup();
        assertFalse(lab.in("n1", "nft", "list", "tables").contains("baton"));
    }
}
