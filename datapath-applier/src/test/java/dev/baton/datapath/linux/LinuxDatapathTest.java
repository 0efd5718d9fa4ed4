package dev.baton.datapath.linux;

import static dev.baton.datapath.lab.EchoServer.sourceSeen;
import static dev.baton.datapath.lab.Lab.SERVER4;
import static dev.baton.datapath.lab.Lab.SERVER6;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.lab.EchoServer;
import dev.baton.datapath.lab.Lab;
import dev.baton.datapath.lab.TestFleet;
import dev.baton.datapath.linux.nft.NftFamily;
import dev.baton.datapath.linux.nft.TrafficForm;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Against the real kernel, in namespaces. */
@NeedsRootAndTools
class LinuxDatapathTest extends ThreeNodes {
    private static final int PORT = 40_001;
    /** Policies that say each something else; {@code -Dpolicies} for figures of more. */
    private static final int MANY = Integer.getInteger("policies", 1000);

    @Test
    void podsOfAnyNodeLeaveWithTheEipInBothFamilies() {
        for (int n = 1; n <= NODES; n++) {
            assertEquals(Optional.of(TestFleet.EIP4), sourceSeen(lab, "p" + n, SERVER4), "pod of n" + n);
            assertEquals(Optional.of(TestFleet.EIP6), sourceSeen(lab, "p" + n, SERVER6), "pod of n" + n);
        }
    }

    @Test
    void aConnectionOfEachPodSurvivesAMove() throws Exception {
        List<Socket> connections = connectionsOfAllPods();
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

    /** Whoever opened it: another node may hold the EIP as soon as this one has said that it let it go. */
    @Test
    void anEipThatTheKernelStillLetsOutIsNotSaidToBeLetGo() throws Exception {
        fleet.assign(AssignmentStep.RELEASE, 2, Optional.of(3));
        applied(2);
        String open = "{ " + TestFleet.EIP4 + " }";
        for (NftFamily family : form().families()) {
            lab.in("n2", "nft", "add element " + family.word() + " baton-fence held4 " + open);
        }
        fleet.assign(AssignmentStep.RELEASE, 2, Optional.of(1));

        var refused = assertThrows(DatapathException.class, () -> datapath(2).apply(fleet.desired(2)));

        assertTrue(String.valueOf(refused.getMessage()).contains(TestFleet.EIP4 + "] could not be closed"));
        applied(2);
        assertFalse(lab.in("n2", "nft", "list set " + fence() + " held4").contains(TestFleet.EIP4));
    }

    /** What was relayed was tracked without a translation, which would stay for as long as the port is used. */
    @Test
    void aFlowThatWasRelayedIsTranslatedWhenTheEipComesBack() throws Exception {
        fleet.assign(AssignmentStep.RELEASE, 2, Optional.of(3));
        applied(2);
        fleet.assign(AssignmentStep.ACQUIRE, 3, Optional.empty());
        applied(3); // node 1 has not read it yet
        for (String server : List.of(SERVER4, SERVER6)) {
            Lab.eventually(
                    WITHIN, "relayed", () -> sourceSeen(lab, "p1", PORT, server).isPresent());
        }
        move(3, 2);
        for (String server : List.of(SERVER4, SERVER6)) {
            Lab.eventually(
                    WITHIN,
                    "translated",
                    () -> sourceSeen(lab, "p1", PORT, server).isPresent());
        }
        assertEquals(0, datapath(2).check().leaksStopped());
    }

    @Test
    void nothingLeavesWhileNobodyHolds() throws Exception {
        fleet.assign(AssignmentStep.RELEASE, 2, Optional.empty());
        appliedEverywhere();
        for (int n = 1; n <= NODES; n++) {
            assertEquals(Optional.empty(), sourceSeen(lab, "p" + n, SERVER4));
            assertEquals(Optional.empty(), sourceSeen(lab, "p" + n, SERVER6));
        }
    }

    /** Tracked, it would stand for the connection that it answers, which then gets another port, and a reset. */
    @Test
    void anAnswerThatComesWhileNobodyHoldsIsNotPassedOn() throws Exception {
        assertEquals(Optional.of(TestFleet.EIP4), sourceSeen(lab, "p1", SERVER4)); // the server knows the holder's MAC
        fleet.assign(AssignmentStep.RELEASE, 2, Optional.empty());
        applied(2);

        lab.in("ext", "bash", "-c", "echo late > /dev/udp/" + TestFleet.EIP4 + "/40000");

        Lab.eventually(
                WITHIN,
                "it came and was stopped",
                () -> lab.in("n2", "nft", "list", "chain", "inet", "baton", "raw")
                        .lines()
                        .anyMatch(line -> line.contains("not here") && !line.contains("packets 0 ")));
        String entries = lab.in("n2", "conntrack", "-L", "-d", TestFleet.EIP4);
        assertFalse(entries.contains("dport=40000"), entries);
    }

    @Test
    void useNodeIpLeavesWithTheHoldersAddress() throws Exception {
        fleet = new TestFleet(NODES, Eip.nodeAddressOf(new GatewayId("gw")), List.of());
        fleet.assign(AssignmentStep.HELD, 3, Optional.empty());
        appliedEverywhere();
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
        appliedEverywhere();
        assertEquals(Optional.empty(), sourceSeen(lab, "p1", SERVER4), "no assignment, so no EIP: dropped");
        fleet.assign(AssignmentStep.HELD, 2, Optional.empty());
        appliedEverywhere();
        assertEquals(Optional.of(TestFleet.EIP4), sourceSeen(lab, "p1", SERVER4));
        fleet.view(1).endpoints(new ClusterCidrs(List.of(Cidr.parse("10.0.0.0/8"))));
        applied(1);
        assertEquals(Optional.of("10.6.0.1"), sourceSeen(lab, "p1", SERVER4), "inside the cluster: not ours");
    }

    @Test
    void aThousandPoliciesCostAPacketOneLookUpAndAMoveNothing() throws Exception {
        var pods = new ArrayList<EndpointSlice.Endpoint>();
        for (int p = 0; p < MANY; p++) {
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
                            0,
                            1));
            fleet.view(3).endpoints(new EndpointSlice(policy, "s", List.of(pods.getLast())));
        }
        long begin = System.nanoTime();
        applied(3);
        System.out.println(MANY + " policies took " + (System.nanoTime() - begin) / 1_000_000 + " ms");
        begin = System.nanoTime();
        fleet.view(3).policyRemoved(PolicyId.parse("team/policy-7"));
        applied(3);
        System.out.println("one policy less took " + (System.nanoTime() - begin) / 1_000_000 + " ms");
        for (int i = 0; i < 10; i++) {
            var policy = PolicyId.parse("team/policy-" + i);
            fleet.view(3)
                    .policy(new PolicyBinding(
                            policy,
                            new GatewayId("gw"),
                            Optional.of(TestFleet.EIP),
                            List.of(Cidr.parse("10.6.0.0/24")),
                            i,
                            2));
            var cpu = ManagementFactory.getThreadMXBean();
            long cpuBegin = cpu.getCurrentThreadCpuTime();
            begin = System.nanoTime();
            applied(3);
            System.out.println("one policy changed took " + (System.nanoTime() - begin) / 1000 + " us, of our own CPU "
                    + (cpu.getCurrentThreadCpuTime() - cpuBegin) / 1000);
        }
        System.out.println("a move beside " + MANY + " policies took " + move(2, 3) / 1000 + " us");
        Lab.eventually(WITHIN, "moved", () -> sourceSeen(lab, "p1", SERVER4).equals(Optional.of(TestFleet.EIP4)));
        for (int i = 0; i < 10; i++) {
            begin = System.nanoTime();
            datapath(3)
                    .lease()
                    .renew(System.nanoTime() + Duration.ofSeconds(60 + i).toNanos());
            System.out.println(
                    "renewal beside " + MANY + " policies took " + (System.nanoTime() - begin) / 1000 + " us");
        }
        assertTrue(datapath(3).lease().remaining().orElseThrow().compareTo(Duration.ofSeconds(60)) > 0, "renewed");
        for (int i = 0; i < 3; i++) {
            begin = System.nanoTime();
            assertEquals(List.of(), datapath(3).check().repaired());
            System.out.println("check beside " + MANY + " policies took " + (System.nanoTime() - begin) / 1000 + " us");
        }
        lab.in("n3", "nft", "flush", "map", "inet", "baton", "egress-src-v4");
        var repaired = new ArrayList<String>();
        Lab.eventually(Duration.ofSeconds(60), "what nobody tells of is found beside the work", () -> {
            repaired.addAll(datapath(3).check().repaired());
            return repaired.contains("traffic table");
        });
        loadsAgainInBatches();
    }

    private void loadsAgainInBatches() {
        var steps = new AtomicInteger();
        datapath(3).onProgress(steps::incrementAndGet);
        lab.in("n3", "nft", "delete table inet baton; delete table inet baton-guard");
        long begin = System.nanoTime();
        assertEquals(List.of("leak guard", "traffic table"), datapath(3).check().repaired());
        System.out.println("loading " + MANY + " policies again took " + (System.nanoTime() - begin) / 1_000_000
                + " ms in " + steps.get() + " steps");
        assertTrue(steps.get() > MANY / 500, "called after each batch");
        assertEquals(Optional.of(TestFleet.EIP4), sourceSeen(lab, "p3", SERVER4));
        var looks = new TreeSet<Long>();
        Lab.eventually(Duration.ofMinutes(4), "both tables were looked at beside the work, and found right", () -> {
            assertEquals(List.of(), datapath(3).check().repaired());
            var running = Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().equals("nft-look"))
                    .map(Thread::threadId)
                    .toList();
            looks.addAll(running);
            return looks.size() >= 2 && running.isEmpty();
        });
        for (int turn = 0; turn < 2; turn++) {
            assertEquals(List.of(), datapath(3).check().repaired());
        }
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
        var next = new LinuxDatapath(options(2));
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

    @Test
    void cleanupLeavesTheNodeAsItWas() throws Exception {
        assumeTrue(traffic() == TrafficForm.NFT, "iptables leaves its empty tables");
        try (var fresh = new Lab(1)) {
            String clean = everything(fresh);
            try (var datapath = new LinuxDatapath(options(fresh, 1))) {
                datapath.open();
                fleet.assign(AssignmentStep.HELD, 1, Optional.empty());
                var report = datapath.apply(fleet.desired(1));
                assertEquals(DatapathFault.NONE, report.results().getFirst().fault(), report.toString());
                assertTrue(fresh.in("n1", "ip", "addr").contains(TestFleet.EIP4 + "/32"));
            }
            try (var datapath = new LinuxDatapath(options(fresh, 1))) {
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
                        "nft -s -t -a list table " + fence(),
                        "ip route show table all",
                        "ip rule",
                        "ip -6 rule",
                        "ip -o addr",
                        "bridge fdb")
                .map(command -> lab.in(node, command.split(" ")))
                .collect(Collectors.joining("\n"))
                .replaceAll("valid_lft \\S+|preferred_lft \\S+|expires \\d+sec", "");
    }
}
