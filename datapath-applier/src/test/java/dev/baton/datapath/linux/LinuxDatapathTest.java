package dev.baton.datapath.linux;

import static dev.baton.datapath.lab.EchoServer.sourceSeen;
import static dev.baton.datapath.lab.Lab.SERVER4;
import static dev.baton.datapath.lab.Lab.SERVER6;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.AssignmentStep;
import dev.baton.contract.Cidr;
import dev.baton.contract.ClusterCidrs;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.Eip;
import dev.baton.contract.EndpointSlice;
import dev.baton.contract.GatewayId;
import dev.baton.contract.IpAddress;
import dev.baton.contract.PolicyBinding;
import dev.baton.contract.PolicyId;
import dev.baton.datapath.Health;
import dev.baton.datapath.KernelLease;
import dev.baton.datapath.lab.Capture;
import dev.baton.datapath.lab.EchoServer;
import dev.baton.datapath.lab.Lab;
import dev.baton.datapath.lab.TestFleet;
import dev.baton.datapath.lab.Volley;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against the real kernel, in namespaces. */
@NeedsRootAndTools
class LinuxDatapathTest {
    private static final int NODES = 3;
    private static final Duration WITHIN = Duration.ofSeconds(5);

    private final List<LinuxDatapath> datapaths = new ArrayList<>();
    private Lab lab = new Lab(0); // replaced before each test
    private EchoServer server = new EchoServer(lab);
    private TestFleet fleet = new TestFleet(NODES);

    @BeforeEach
    void threeNodesOfWhichTheSecondHolds() throws Exception {
        server.close();
        lab.close();
        lab = new Lab(NODES);
        server = new EchoServer(lab);
        fleet = new TestFleet(NODES);
        fleet.assign(AssignmentStep.HELD, 2, Optional.empty());
        for (int n = 1; n <= NODES; n++) {
            var datapath = new LinuxDatapath(LinuxOptions.inNamespace(lab.namespace("n" + n)));
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

    @Test
    void podsOfAnyNodeLeaveWithTheEipInBothFamilies() {
        for (int n = 1; n <= NODES; n++) {
            assertEquals(Optional.of(TestFleet.EIP4), sourceSeen(lab, "p" + n, SERVER4), "pod of n" + n);
            assertEquals(Optional.of(TestFleet.EIP6), sourceSeen(lab, "p" + n, SERVER6), "pod of n" + n);
        }
    }

    @Test
    void aConnectionOfEachPodSurvivesAMove() throws Exception {
        var connections = new ArrayList<Socket>();
        for (int n = 1; n <= NODES; n++) {
            connections.add(EchoServer.connect(lab, "p" + n, SERVER4));
            connections.add(EchoServer.connect(lab, "p" + n, SERVER6));
        }
        askAll(connections);

        long took = move(2, 3);
        System.out.println("move took " + took / 1000 + " us of programming");
        repeatAnnouncements();
        for (int n = 1; n <= NODES; n++) {
            String pod = "p" + n;
            Lab.eventually(
                    WITHIN,
                    "new flows of " + pod,
                    () -> sourceSeen(lab, pod, SERVER4).equals(Optional.of(TestFleet.EIP4))
                            && sourceSeen(lab, pod, SERVER6).equals(Optional.of(TestFleet.EIP6)));
        }
        askAll(connections);
        for (Socket connection : connections) {
            connection.close();
        }
    }

    /** The lab's first drain: the successor took what came back to it for the former holder's connection. */
    @Test
    void aConnectionOfTheSuccessorsOwnPodSurvivesThatItsPacketsAreRelayedBackToIt() throws Exception {
        for (String server : List.of(SERVER4, SERVER6)) {
            try (Socket connection = EchoServer.connect(lab, "p3", server)) {
                EchoServer.ask(connection);
                fleet.assign(AssignmentStep.RELEASE, 2, Optional.of(3));
                applied(2);
                connection.getOutputStream().write("?\n".getBytes(StandardCharsets.UTF_8));
                fleet.assign(AssignmentStep.ACQUIRE, 3, Optional.empty());
                applied(3);
                repeatAnnouncements();
                applied(1);
                applied(2);
                EchoServer.ask(connection);
                EchoServer.ask(connection);
            }
            move(3, 2);
            repeatAnnouncements();
            Lab.eventually(
                    WITHIN,
                    "new flows after the move back",
                    () -> sourceSeen(lab, "p3", SERVER4).isPresent()
                            && sourceSeen(lab, "p3", SERVER6).isPresent());
        }
    }

    @Test
    void theOldHolderRelaysWhileSourcesStillSendToIt() throws Exception {
        fleet.assign(AssignmentStep.RELEASE, 2, Optional.of(3));
        applied(2);
        fleet.assign(AssignmentStep.ACQUIRE, 3, Optional.empty());
        applied(3); // nodes 1 and 2 have not read it yet

        Lab.eventually(
                WITHIN,
                "relayed",
                () -> sourceSeen(lab, "p1", SERVER4).equals(Optional.of(TestFleet.EIP4))
                        && sourceSeen(lab, "p1", SERVER6).equals(Optional.of(TestFleet.EIP6)));
    }

    @Test
    void nothingLeavesWhileNobodyHolds() throws Exception {
        fleet.assign(AssignmentStep.RELEASE, 2, Optional.empty());
        for (int n = 1; n <= NODES; n++) {
            applied(n);
        }
        for (int n = 1; n <= NODES; n++) {
            assertEquals(Optional.empty(), sourceSeen(lab, "p" + n, SERVER4));
            assertEquals(Optional.empty(), sourceSeen(lab, "p" + n, SERVER6));
        }
    }

    @Test
    void aLeaseThatIsNotRenewedSilencesTheNodeByItselfAndCannotBeRevived() throws Exception {
        KernelLease lease = datapath(2).lease();
        lease.revoke();
        assertEquals(Optional.empty(), sourceSeen(lab, "p1", SERVER4), "revoked");

        var capture = new Capture(
                lab,
                "ether proto 0x86dd and src host " + TestFleet.EIP6 + " or (src host " + TestFleet.EIP4
                        + ") or (arp and arp[14:4] = 0x0a0600c8)");
        long until = System.nanoTime() + Duration.ofMillis(2500).toNanos();
        double expiry = System.currentTimeMillis() / 1000.0 + 2.5;
        lease.begin(until);
        Lab.eventually(WITHIN, "open", () -> sourceSeen(lab, "p1", SERVER4).equals(Optional.of(TestFleet.EIP4)));
        Lab.eventually(WITHIN, "silence", () -> sourceSeen(lab, "p1", SERVER4).isEmpty());
        assertEquals(Optional.empty(), sourceSeen(lab, "p2", SERVER6));
        datapath(2).check(); // would repeat announcements
        double last = capture.lastFrame();
        System.out.printf("last frame %.1f ms before the lease's end%n", (expiry - last) * 1000);
        assertTrue(last <= expiry + 0.002, "frame " + (last - expiry) + " s after the lease");

        assertEquals(Optional.empty(), lease.remaining());
        assertEquals(
                KernelLease.Renewal.LAPSED,
                lease.renew(System.nanoTime() + Duration.ofSeconds(5).toNanos()));
        assertEquals(Optional.empty(), lease.remaining());
        assertEquals(Optional.empty(), sourceSeen(lab, "p1", SERVER4));
    }

    @Test
    void aRenewalExtendsALeaseThatRuns() throws Exception {
        KernelLease lease = datapath(2).lease();
        long begin = System.nanoTime();
        for (int i = 0; i < 100; i++) {
            long until = System.nanoTime() + Duration.ofSeconds(3 + i % 2).toNanos();
            KernelLease.Renewal renewal = lease.renew(until);
            assertTrue(renewal != KernelLease.Renewal.LAPSED);
            long left = lease.remaining().orElseThrow().toMillis();
            assertTrue(left <= 4000 && left > 1500, "left " + left);
        }
        System.out.println("renewal and read-back took " + (System.nanoTime() - begin) / 100_000 + " us each");
        assertEquals(KernelLease.Renewal.TOO_LATE, lease.renew(System.nanoTime() - 1));
    }

    @Test
    void aRenewalThatSleptBetweenReadingTheClockAndTheChangeIsRefused() throws Exception {
        var sleepy = new Fence(Optional.of(lab.namespace("n2")), () -> {
            long read = System.nanoTime();
            Lab.eventually(WITHIN, "60 ms", () -> System.nanoTime() - read > 60_000_000);
            return read;
        });
        Duration before = sleepy.remaining().orElseThrow();
        assertEquals(
                KernelLease.Renewal.TOO_LATE,
                sleepy.renew(System.nanoTime() + Duration.ofSeconds(600).toNanos()));
        assertTrue(sleepy.remaining().orElseThrow().compareTo(before) < 0, "the old lease runs on");
        sleepy.close();
    }

    @Test
    void useNodeIpLeavesWithTheHoldersAddress() throws Exception {
        fleet = new TestFleet(NODES, Eip.nodeAddressOf(new GatewayId("gw")), List.of());
        fleet.assign(AssignmentStep.HELD, 3, Optional.empty());
        for (int n = 1; n <= NODES; n++) {
            applied(n);
        }
        for (int n = 1; n <= NODES; n++) {
            assertEquals(Optional.of("10.6.0.3"), sourceSeen(lab, "p" + n, SERVER4));
            assertEquals(Optional.of("fd06::3"), sourceSeen(lab, "p" + n, SERVER6));
        }
        fleet.assign(AssignmentStep.HELD, 1, Optional.empty());
        for (int n = NODES; n >= 1; n--) {
            applied(n);
        }
        assertEquals(Optional.of("10.6.0.1"), sourceSeen(lab, "p3", SERVER4));
        assertEquals(0, datapath(3).check().leaksStopped());
    }

    @Test
    void aPolicyWithoutDestinationsIsAboutEverythingOutsideTheClusterAndOneWithoutEipIsDropped() throws Exception {
        fleet = new TestFleet(NODES, TestFleet.EIP, List.of());
        for (int n = 1; n <= NODES; n++) {
            applied(n);
        }
        assertEquals(Optional.empty(), sourceSeen(lab, "p1", SERVER4), "no assignment, so no EIP: dropped");
        fleet.assign(AssignmentStep.HELD, 2, Optional.empty());
        for (int n = 1; n <= NODES; n++) {
            applied(n);
        }
        assertEquals(Optional.of(TestFleet.EIP4), sourceSeen(lab, "p1", SERVER4));
        fleet.view(1).endpoints(new ClusterCidrs(List.of(Cidr.parse("10.0.0.0/8"))));
        applied(1);
        assertEquals(Optional.of("10.6.0.1"), sourceSeen(lab, "p1", SERVER4), "inside the cluster: not ours");
    }

    @Test
    void aThousandPoliciesCostAPacketOneLookUpAndAMoveNothing() throws Exception {
        var pods = new ArrayList<EndpointSlice.Endpoint>();
        for (int p = 0; p < 1000; p++) {
            var policy = PolicyId.parse("team/policy-" + p);
            String address = "10.244." + (100 + p / 250) + "." + (1 + p % 250);
            pods.add(new EndpointSlice.Endpoint(
                    "team", "pod-" + p, TestFleet.node(1), List.of(IpAddress.parse(address))));
            fleet.view(3)
                    .policy(new PolicyBinding(
                            policy,
                            new GatewayId("gw"),
                            Optional.of(TestFleet.EIP),
                            List.of(
                                    Cidr.parse("10.6.0.0/24"),
                                    Cidr.parse("192.168." + p % 250 + "." + p / 250 + "/32")),
                            1));
            fleet.view(3).endpoints(new EndpointSlice(policy, "s", List.of(pods.getLast())));
        }
        long begin = System.nanoTime();
        applied(3);
        System.out.println("1,000 policies took " + (System.nanoTime() - begin) / 1_000_000 + " ms");
        begin = System.nanoTime();
        fleet.view(3).policyRemoved(PolicyId.parse("team/policy-7"));
        applied(3);
        System.out.println("one policy less took " + (System.nanoTime() - begin) / 1_000_000 + " ms");
        System.out.println("a move beside 1,000 policies took " + move(2, 3) / 1000 + " us");
        Lab.eventually(WITHIN, "moved", () -> sourceSeen(lab, "p1", SERVER4).equals(Optional.of(TestFleet.EIP4)));
        for (int i = 0; i < 10; i++) {
            begin = System.nanoTime();
            datapath(3)
                    .lease()
                    .renew(System.nanoTime() + Duration.ofSeconds(60 + i).toNanos());
            System.out.println("renewal beside 1,000 policies took " + (System.nanoTime() - begin) / 1000 + " us");
        }
        assertTrue(datapath(3).lease().remaining().orElseThrow().compareTo(Duration.ofSeconds(60)) > 0, "renewed");
        begin = System.nanoTime();
        assertEquals(List.of(), datapath(3).check().repaired());
        System.out.println("check beside 1,000 policies took " + (System.nanoTime() - begin) / 1000 + " us");
    }

    @Test
    void withdrawingStopsEverythingAndTheNextIncarnationBlocks() throws Exception {
        datapath(2).withdraw();
        assertEquals(Optional.empty(), sourceSeen(lab, "p1", SERVER4));
        var report = datapath(2).apply(fleet.view(2).desired(TestFleet.OWN.next()));
        assertEquals(DatapathFault.NONE, report.results().getFirst().fault());
        datapath(2).lease().begin(System.nanoTime() + Duration.ofSeconds(60).toNanos());
        assertEquals(Optional.empty(), sourceSeen(lab, "p1", SERVER4), "no assignment names this incarnation");
        assertTrue(!lab.in("n2", "ip", "-o", "addr", "show", "dev", "eth0").contains("/32"));
    }

    @Test
    void anAgentThatRestartsTouchesNothingAndLosesNothing() throws Exception {
        String before = snapshot("n2");
        var events = Files.createTempFile("events", "");
        Process monitor = new ProcessBuilder(
                        "ip", "netns", "exec", lab.namespace("n2"), "ip", "monitor", "link", "address", "route", "rule")
                .redirectErrorStream(true)
                .redirectOutput(events.toFile())
                .start();
        datapath(2).close();
        var next = new LinuxDatapath(LinuxOptions.inNamespace(lab.namespace("n2")));
        datapaths.set(1, next);
        next.open();
        assertEquals(Optional.of(TestFleet.EIP4), sourceSeen(lab, "p1", SERVER4));
        applied(2);
        assertEquals(Optional.of(TestFleet.EIP4), sourceSeen(lab, "p1", SERVER4));
        assertEquals(Optional.of(TestFleet.EIP6), sourceSeen(lab, "p2", SERVER6));
        assertTrue(next.lease().remaining().isPresent(), "the lease runs on");
        assertEquals(before, snapshot("n2"), "same objects with the same handles");
        monitor.toHandle().destroy();
        monitor.waitFor();
        String seen = new String(Files.readAllBytes(events), StandardCharsets.UTF_8);
        assertEquals("", seen.lines().filter(line -> !line.contains("neigh")).collect(Collectors.joining()));
    }

    /** A table that was only just looked at is looked at again a little later. */
    private void repairs(int n, String... what) {
        var checks = new ArrayList<Health>();
        Lab.eventually(WITHIN, "repaired " + List.of(what), () -> {
            checks.add(datapath(n).check());
            return what.length == 0 || !checks.getLast().repaired().isEmpty();
        });
        var health = checks.getLast();
        assertEquals(List.of(what), health.repaired(), health.toString());
        assertEquals(DatapathFault.NONE, health.fault(), health.toString());
    }

    @Test
    void driftIsRepaired() throws Exception {
        lab.in("n1", "ip", "link", "del", "egress.vxlan");
        repairs(1, "rules and routes", "tunnel device");
        lab.in("n1", "nft", "delete", "table", "inet", "baton");
        repairs(1, "traffic table");
        lab.in("n1", "ip", "rule", "del", "prio", "98");
        repairs(1, "rules and routes");
        lab.in("n2", "ip", "addr", "del", "10.6.0.200/32", "dev", "eth0");
        repairs(2, "addresses");
        for (int n = 1; n <= 2; n++) {
            repairs(n);
        }
        assertEquals(Optional.of(TestFleet.EIP4), sourceSeen(lab, "p1", SERVER4));
        assertEquals(Optional.of(TestFleet.EIP6), sourceSeen(lab, "p1", SERVER6));
    }

    @Test
    void aFenceThatWasRemovedComesBackClosed() throws Exception {
        lab.in("n2", "nft", "flush", "ruleset");
        repairs(2, "fence", "addresses", "leak guard", "traffic table");
        assertEquals(Optional.empty(), datapath(2).lease().remaining());
        assertEquals(Optional.empty(), sourceSeen(lab, "p1", SERVER4));
    }

    @Test
    void theLeakGuardStopsAndCountsAWrongSource() throws Exception {
        lab.in("n2", "nft", "flush", "map", "inet", "baton", "snat4");
        assertEquals(Optional.empty(), sourceSeen(lab, "p1", SERVER4));
        assertTrue(datapath(2).check().leaksStopped() > 0);
    }

    /** Established and new flows of every pod, in both families, while the holder and a source lose their tables. */
    @Test
    void nothingLeavesWithAWrongSourceWhileTheTableIsGone() throws Exception {
        var connections = new ArrayList<Socket>();
        for (int n = 1; n <= NODES; n++) {
            connections.add(EchoServer.connect(lab, "p" + n, SERVER4));
            connections.add(EchoServer.connect(lab, "p" + n, SERVER6));
        }
        askAll(connections);
        var capture = new Capture(
                lab,
                "(udp or tcp) and dst port " + EchoServer.PORT + " and not src host " + TestFleet.EIP4
                        + " and not src host " + TestFleet.EIP6);
        for (String how : List.of("flush", "delete")) {
            for (int n : List.of(1, 2)) {
                tableGoes(n, how, connections);
            }
        }
        assertEquals(List.of(), capture.frames(), "frames with a wrong source");
        lab.in("n1", "nft", "delete", "table", "inet", "baton-guard");
        repairs(1, "leak guard");
    }

    private void tableGoes(int n, String how, List<Socket> connections) throws Exception {
        var volley = new Volley(lab, NODES);
        Lab.eventually(WITHIN, "flows from before", () -> volley.sent() > 100);
        long stopped = datapath(n).check().leaksStopped();
        assertFalse(datapath(n).isDisturbed(), "our own changes are none");
        lab.in("n" + n, "nft", how, "table", "inet", "baton");
        assertTrue(datapath(n).isDisturbed(), "heard of");
        long gone = System.nanoTime();
        int before = volley.sent();
        for (Socket connection : connections) {
            connection.getOutputStream().write("?\n".getBytes(StandardCharsets.UTF_8));
        }
        Lab.eventually(WITHIN, "packets without the table", () -> volley.sent() > before + 300);
        long begin = System.nanoTime();
        assertEquals(List.of("traffic table"), datapath(n).check().repaired());
        long took = (System.nanoTime() - begin) / 1_000_000;
        long whole = (System.nanoTime() - gone) / 1_000_000;
        long leaks = datapath(n).check().leaksStopped() - stopped;
        assertTrue(leaks > 0, "stopped by the guard");
        for (Socket connection : connections) {
            EchoServer.answer(connection);
        }
        askAll(connections);
        assertEquals(Set.of(TestFleet.EIP4, TestFleet.EIP6), volley.end(), "flows of before and of meanwhile");
        System.out.println(how + " on n" + n + ": " + volley.sent() + " packets, the guard stopped " + leaks + " in "
                + whole + " ms, of which the repair took " + took);
    }

    @Test
    void cleanupLeavesTheNodeAsItWas() throws Exception {
        try (var fresh = new Lab(1)) {
            String clean = everything(fresh);
            try (var datapath = new LinuxDatapath(LinuxOptions.inNamespace(fresh.namespace("n1")))) {
                datapath.open();
                fleet.assign(AssignmentStep.HELD, 1, Optional.empty());
                var report = datapath.apply(fleet.desired(1));
                assertEquals(DatapathFault.NONE, report.results().getFirst().fault(), report.toString());
                assertTrue(fresh.in("n1", "ip", "addr").contains(TestFleet.EIP4 + "/32"));
            }
            try (var datapath = new LinuxDatapath(LinuxOptions.inNamespace(fresh.namespace("n1")))) {
                datapath.cleanup();
                datapath.cleanup();
            }
            assertEquals(clean, everything(fresh));
        }
    }

    private static String everything(Lab lab) {
        return Stream.of(
                        "ip rule",
                        "ip -6 rule",
                        "ip route show table all",
                        "ip -o -4 addr",
                        "ip -o -6 addr show scope global",
                        "ip -br link",
                        "nft list ruleset",
                        "sysctl net.ipv4.conf.all.send_redirects net.ipv4.conf.eth0.rp_filter")
                .map(command -> lab.in("n1", command.split(" ")))
                .collect(Collectors.joining("\n"))
                .replaceAll("packets \\d+ bytes \\d+", "")
                .replaceAll("expires \\d+sec", "");
    }

    /** Structure with handles, which change when an object is made anew, and without what traffic changes. */
    private String snapshot(String node) {
        return Stream.of(
                        "nft -s -a list table inet baton",
                        "nft -s -a list table inet baton-guard",
                        "nft -s -t -a list table netdev baton-fence",
                        "ip route show table all",
                        "ip rule",
                        "ip -6 rule",
                        "ip -o addr",
                        "bridge fdb")
                .map(command -> lab.in(node, command.split(" ")))
                .collect(Collectors.joining("\n"))
                .replaceAll("valid_lft \\S+|preferred_lft \\S+|expires \\d+sec", "");
    }

    private void askAll(List<Socket> connections) throws Exception {
        for (Socket connection : connections) {
            boolean ipv6 = connection.getInetAddress() instanceof java.net.Inet6Address;
            assertEquals(ipv6 ? TestFleet.EIP6 : TestFleet.EIP4, EchoServer.ask(connection));
        }
    }

    /** @return nanoseconds from letting go to having taken over */
    private long move(int from, int to) throws Exception {
        fleet.assign(AssignmentStep.PREPARE, from, Optional.of(to));
        for (int n = 1; n <= NODES; n++) {
            applied(n);
        }
        long begin = System.nanoTime();
        fleet.assign(AssignmentStep.RELEASE, from, Optional.of(to));
        applied(from);
        fleet.assign(AssignmentStep.ACQUIRE, to, Optional.empty());
        applied(to);
        long took = System.nanoTime() - begin;
        for (int n = 1; n <= NODES; n++) {
            applied(n);
        }
        return took;
    }

    private void repeatAnnouncements() {
        datapaths.forEach(datapath -> {
            var health = datapath.check();
            assertEquals(DatapathFault.NONE, health.fault(), health.toString());
        });
    }

    private LinuxDatapath datapath(int n) {
        return datapaths.get(n - 1);
    }

    private void applied(int n) throws Exception {
        var report = datapaths.get(n - 1).apply(fleet.desired(n));
        assertTrue(
                report.results().stream().allMatch(result -> result.fault() == DatapathFault.NONE), report.toString());
    }
}
