package dev.baton.datapath.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.AssignmentStep;
import dev.baton.contract.DatapathFault;
import dev.baton.datapath.lab.EchoServer;
import dev.baton.datapath.lab.Lab;
import dev.baton.datapath.lab.PodFlow;
import dev.baton.datapath.lab.TestFleet;
import dev.baton.datapath.linux.fence.FenceForm;
import dev.baton.datapath.linux.nft.TrafficForm;
import java.net.Inet6Address;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * Three nodes with a pod each and a server on their segment, in namespaces of the real kernel; the second holds the
 * EIP.
 */
abstract class ThreeNodes {
    static final int NODES = 3;
    static final Duration WITHIN = Duration.ofSeconds(5);

    final List<LinuxDatapath> datapaths = new ArrayList<>();
    Lab lab = new Lab(0); // replaced before each test
    EchoServer server = new EchoServer(lab);
    TestFleet fleet = new TestFleet(NODES);

    @BeforeEach
    void threeNodesOfWhichTheSecondHolds() throws Exception {
        server.close();
        lab.close();
        lab = new Lab(NODES);
        server = new EchoServer(lab);
        fleet = new TestFleet(NODES);
        fleet.assign(AssignmentStep.HELD, 2, Optional.empty());
        for (int n = 1; n <= NODES; n++) {
            var datapath = new LinuxDatapath(options(n));
            datapaths.add(datapath);
            datapath.open();
            datapath.lease().begin(System.nanoTime() + Duration.ofSeconds(60).toNanos());
            applied(n);
        }
    }

    @AfterEach
    void everythingGoes() throws Exception {
        datapaths.forEach(LinuxDatapath::close);
        server.close();
        lab.close();
    }

    /** Of the fence; by a setting, any of these tests can be run with the other one. */
    FenceForm form() {
        return FenceForm.valueOf(System.getProperty("lab.fence", "NETDEV"));
    }

    /** Of what marks and translates; likewise. */
    TrafficForm traffic() {
        return TrafficForm.valueOf(System.getProperty("lab.traffic", "NFT"));
    }

    /** The table whose sets say what this node holds, in the words of nft. */
    final String fence() {
        return form().families().getFirst().word() + " baton-fence";
    }

    final LinuxOptions options(int n) {
        return options(lab, n);
    }

    final LinuxOptions options(Lab where, int n) {
        return new LinuxOptions(
                Optional.empty(), Optional.of(where.namespace("n" + n)), Optional.of(form()), traffic());
    }

    final LinuxOptions options(int n, FenceForm form) {
        return new LinuxOptions(Optional.empty(), Optional.of(lab.namespace("n" + n)), Optional.of(form), traffic());
    }

    /** Takes the place of a node's agent, which ends; it is not open yet. */
    final LinuxDatapath nextAgent(int n, LinuxOptions options) {
        datapath(n).close();
        var next = new LinuxDatapath(options);
        datapaths.set(n - 1, next);
        return next;
    }

    /** One of each pod in each family, which stay. */
    final List<Socket> connectionsOfAllPods() {
        var connections = new ArrayList<Socket>();
        for (int n = 1; n <= NODES; n++) {
            connections.add(EchoServer.connect(lab, "p" + n, Lab.SERVER4));
            connections.add(EchoServer.connect(lab, "p" + n, Lab.SERVER6));
        }
        return connections;
    }

    final void askAll(List<Socket> connections) throws Exception {
        for (Socket connection : connections) {
            boolean ipv6 = connection.getInetAddress() instanceof Inet6Address;
            assertEquals(ipv6 ? TestFleet.EIP6 : TestFleet.EIP4, EchoServer.ask(connection));
        }
    }

    /** @return nanoseconds from letting go to having taken over */
    final long move(int from, int to) throws Exception {
        fleet.assign(AssignmentStep.PREPARE, from, Optional.of(to));
        appliedEverywhere();
        long begin = System.nanoTime();
        fleet.assign(AssignmentStep.RELEASE, from, Optional.of(to));
        applied(from);
        fleet.assign(AssignmentStep.ACQUIRE, to, Optional.empty());
        applied(to);
        long took = System.nanoTime() - begin;
        appliedEverywhere();
        return took;
    }

    /** Its datagrams go on as the application sends them; agents look every now and then, as they do. */
    final void becomes(PodFlow flow, String source) {
        Lab.eventually(WITHIN, flow + " comes from " + source, () -> {
            boolean there = flow.ask().equals(Optional.of(source));
            if (!there) {
                repeatAnnouncements();
            }
            return there;
        });
    }

    final void repeatAnnouncements() {
        datapaths.forEach(datapath -> {
            var health = datapath.check();
            assertEquals(DatapathFault.NONE, health.fault(), health.toString());
        });
    }

    final LinuxDatapath datapath(int n) {
        return datapaths.get(n - 1);
    }

    final void appliedEverywhere() throws Exception {
        for (int n = 1; n <= NODES; n++) {
            applied(n);
        }
    }

    final void applied(int n) throws Exception {
        var report = datapaths.get(n - 1).apply(fleet.desired(n));
        assertTrue(
                report.results().stream().allMatch(result -> result.fault() == DatapathFault.NONE), report.toString());
    }
}
