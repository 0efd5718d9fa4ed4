package dev.baton.datapath.linux;

import static dev.baton.datapath.lab.EchoServer.sourceSeen;
import static dev.baton.datapath.lab.Lab.SERVER4;
import static dev.baton.datapath.lab.Lab.SERVER6;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.AssignmentStep;
import dev.baton.contract.Cidr;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.Eip;
import dev.baton.contract.GatewayId;
import dev.baton.contract.ParentInterface;
import dev.baton.datapath.ApplyReport;
import dev.baton.datapath.lab.EchoServer;
import dev.baton.datapath.lab.Lab;
import dev.baton.datapath.lab.TestFleet;
import dev.baton.datapath.linux.nft.TrafficForm;
import dev.baton.datapath.linux.route.NamedInterfaces;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two nodes with a second interface each, on a segment of its own, in whose network the EIP is. */
@NeedsRootAndTools
class SecondInterfaceTest {
    private static final int NODES = 2;
    private static final String EIP4 = "10.7.0.200";
    private static final String EIP6 = "fd07::200";
    private static final String BESIDE4 = "10.7.0.100";
    private static final String BESIDE6 = "fd07::100";
    private static final Duration LEASE = Duration.ofSeconds(60);

    private final Lab lab = new Lab(NODES);
    private final List<EchoServer> servers = new ArrayList<>(List.of(new EchoServer(lab)));
    private final List<LinuxDatapath> datapaths = new ArrayList<>();
    private final TestFleet fleet = new TestFleet(
            NODES,
            Eip.parse(EIP4 + "+" + EIP6),
            Stream.of("10.6.0.0/24", "fd06::/64", "10.7.0.0/24", "fd07::/64")
                    .map(Cidr::parse)
                    .toList());

    @BeforeEach
    void theSecondNodeHolds() throws Exception {
        lab.in("sw", "ip", "link", "add", "br1", "address", "02:00:00:00:00:fd", "type", "bridge");
        lab.in("sw", "ip", "link", "set", "br1", "up");
        plugIn("ext", "100");
        servers.add(new EchoServer(lab, "ext", BESIDE4, BESIDE6));
        plugIn("n1", "1");
        plugIn("n2", "2");
        fleet.assign(AssignmentStep.HELD, 2, Optional.empty());
        for (int n = 1; n <= NODES; n++) {
            var datapath = new LinuxDatapath(new LinuxOptions(
                    Optional.empty(), Optional.of(lab.namespace("n" + n)), Optional.empty(), TrafficForm.NFT));
            datapaths.add(datapath);
            datapath.open();
            datapath.lease().begin(System.nanoTime() + LEASE.toNanos());
            applied(n);
        }
    }

    private void plugIn(String host, String number) {
        String port = host + "b";
        lab.in("sw", "ip", "link", "add", port, "type", "veth", "peer", "name", "eth1", "netns", lab.namespace(host));
        lab.in("sw", "ip", "link", "set", port, "master", "br1", "up");
        lab.in(host, "sysctl", "-qw", "net.ipv6.conf.eth1.accept_dad=0", "net.ipv4.conf.eth1.rp_filter=1");
        lab.in(host, "ip", "link", "set", "eth1", "up");
        lab.in(host, "ip", "addr", "add", "10.7.0." + number + "/24", "dev", "eth1");
        lab.in(host, "ip", "addr", "add", "fd07::" + number + "/64", "dev", "eth1", "nodad");
    }

    @AfterEach
    void everythingGoes() throws Exception {
        datapaths.forEach(LinuxDatapath::close);
        for (EchoServer server : servers) {
            server.close();
        }
        lab.close();
    }

    private void applied(int n) throws Exception {
        var report = datapaths.get(n - 1).apply(fleet.desired(n));
        assertTrue(
                report.results().stream().allMatch(result -> result.fault() == DatapathFault.NONE), report.toString());
    }

    private boolean isOn(int node, String device, String address) {
        return lab.in("n" + node, "ip", "addr", "show", "dev", device).contains(address + "/");
    }

    @Test
    void anEipLivesOnTheInterfaceInWhoseNetworkItIs() {
        for (String address : List.of(EIP4, EIP6)) {
            assertTrue(isOn(2, "eth1", address), address);
            assertFalse(isOn(2, "eth0", address), address);
        }
        for (String pod : List.of("p1", "p2")) {
            assertEquals(Optional.of(EIP4), sourceSeen(lab, pod, BESIDE4), pod);
            assertEquals(Optional.of(EIP6), sourceSeen(lab, pod, BESIDE6), pod);
            // The way there leads over the other interface, and the answers come in by this one.
            assertEquals(Optional.of(EIP4), sourceSeen(lab, pod, SERVER4), pod);
            assertEquals(Optional.of(EIP6), sourceSeen(lab, pod, SERVER6), pod);
        }
        assertEquals(0, datapaths.get(1).check().leaksStopped());
    }

    /** An EIP of the first interface's network, which an operator wants on the second. */
    @Test
    void anEipLivesOnTheInterfaceThatIsNamedForItsGateway() throws Exception {
        datapaths.get(1).close();
        var there = new TestFleet(NODES);
        there.assign(AssignmentStep.HELD, 2, Optional.empty());
        try (var datapath = new LinuxDatapath(named("eth1"))) {
            datapath.open();
            datapath.apply(there.desired(2));
            assertTrue(isOn(2, "eth1", TestFleet.EIP4));
            assertFalse(isOn(2, "eth0", TestFleet.EIP4));
            assertFalse(isOn(2, "eth1", EIP4), "it is no EIP any more");
            assertEquals(List.of(), datapath.check().repaired(), "it is where it is to be");
        }
        assertTrue(lab.in("n2", "nft", "list table netdev baton-fence").contains("chain out-eth1"));
    }

    @Test
    void aNodeWithoutTheNamedInterfaceDoesNotHoldTheEip() throws Exception {
        datapaths.get(1).close();
        try (var datapath = new LinuxDatapath(named("eth9"))) {
            datapath.open();
            var results = datapath.apply(fleet.desired(2)).results();
            assertEquals(
                    List.of(DatapathFault.PARENT_INTERFACE),
                    results.stream().map(ApplyReport.Result::fault).toList());
            assertTrue(results.getFirst().detail().contains("interface eth9"), results::toString);
            assertFalse(isOn(2, "eth1", EIP4), "nor anywhere else");
        }
    }

    private LinuxOptions named(String device) {
        return new LinuxOptions(
                Optional.empty(),
                Optional.of(lab.namespace("n2")),
                Optional.empty(),
                TrafficForm.NFT,
                new NamedInterfaces(Map.of(new GatewayId("gw"), device)),
                Duration.ZERO);
    }

    @Test
    void theNodeSaysInWhichNetworksItIs() {
        ParentInterface parent = datapaths.get(1).parent().orElseThrow();
        assertEquals("eth0", parent.name());
        for (String network : List.of("10.6.0.0/24", "fd06::/64", "10.7.0.0/24", "fd07::/64")) {
            assertTrue(parent.networks().contains(Cidr.parse(network)), () -> network + " of " + parent);
        }
        String macs = lab.in("n2", "ip", "-o", "link", "show");
        assertTrue(parent.macs().size() >= 2, parent::toString);
        parent.macs().forEach(mac -> assertTrue(macs.contains(mac.value()), mac::value));
        assertTrue(parent.networks().stream().noneMatch(network -> network.equals(Cidr.parse("172.31.0.0/16"))));
    }

    @Test
    void theFenceStandsThereToo() throws Exception {
        assertEquals(Optional.of(EIP4), sourceSeen(lab, "p1", BESIDE4));
        datapaths.get(1).lease().revoke();
        lab.in("ext", "ip", "neigh", "flush", "all");
        for (String there : List.of(BESIDE4, BESIDE6, SERVER4, SERVER6)) {
            assertEquals(Optional.empty(), sourceSeen(lab, "p2", there), there);
        }
    }

    /** On a node that holds nothing: it may be asked for the EIP next. */
    @Test
    void aFenceThatSomebodyFlushedStandsThereAgain() {
        String fence = lab.in("n1", "nft", "list table netdev baton-fence");
        assertTrue(fence.contains("chain out-eth1"), fence);
        lab.in("n1", "nft", "delete table netdev baton-fence");
        Lab.eventually(
                Duration.ofSeconds(10),
                "the fence is repaired",
                () -> datapaths.getFirst().check().repaired().contains("fence"));
        String again = lab.in("n1", "nft", "list table netdev baton-fence");
        assertTrue(again.contains("chain out-eth1"), again);
    }

    @Test
    void itFollowsItsNetworkToAnotherInterface() throws Exception {
        lab.in("n2", "ip", "link", "set", "eth1", "down");
        lab.in("n2", "ip", "link", "set", "eth1", "name", "lan1");
        lab.in("n2", "ip", "link", "set", "lan1", "up");
        lab.in("n2", "ip", "addr", "replace", "fd07::2/64", "dev", "lan1", "nodad");
        Lab.eventually(Duration.ofSeconds(10), "back on the interface by its new name", () -> {
            datapaths.get(1).check();
            return isOn(2, "lan1", EIP4) && isOn(2, "lan1", EIP6) && !isOn(2, "eth0", EIP4);
        });
        assertEquals(Optional.of(EIP4), sourceSeen(lab, "p1", BESIDE4));
        datapaths.get(1).lease().revoke();
        assertEquals(Optional.empty(), sourceSeen(lab, "p2", BESIDE4));
    }
}
