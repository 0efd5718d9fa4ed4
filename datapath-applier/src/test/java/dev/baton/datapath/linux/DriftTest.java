package dev.baton.datapath.linux;

import static dev.baton.datapath.lab.EchoServer.sourceSeen;
import static dev.baton.datapath.lab.Lab.SERVER4;
import static dev.baton.datapath.lab.Lab.SERVER6;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.baton.contract.DatapathFault;
import dev.baton.contract.Mark;
import dev.baton.datapath.Health;
import dev.baton.datapath.lab.Capture;
import dev.baton.datapath.lab.EchoServer;
import dev.baton.datapath.lab.Lab;
import dev.baton.datapath.lab.PodFlow;
import dev.baton.datapath.lab.TestFleet;
import dev.baton.datapath.lab.Volley;
import dev.baton.datapath.linux.nft.TrafficForm;
import dev.baton.datapath.linux.tool.Words;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What others do to what was programmed. */
@NeedsRootAndTools
class DriftTest extends ThreeNodes {
    private static final int DELETIONS = 200;

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

    /** Its routes and entries go with it. A node that said so at once would lose its EIPs for what takes 100 ms. */
    @Test
    void aTunnelThatSomebodyDeletesInTheMidstOfAChangeIsNoFailure() throws Exception {
        for (int n = 1; n <= NODES; n++) {
            String node = "n" + n;
            var toBeDeleted = new AtomicBoolean(true);
            datapath(n).onProgress(() -> {
                if (toBeDeleted.getAndSet(false)) {
                    lab.in(node, "ip", "link", "del", "egress.vxlan");
                }
            });
        }
        move(2, 3); // fails if a node reports a fault
        datapaths.forEach(datapath -> datapath.onProgress(() -> {}));
        for (int n = 1; n <= NODES; n++) {
            lab.in("n" + n, "ip", "link", "del", "egress.vxlan");
            fleet.joined(NODES + n);
            applied(n);
        }
        for (int n = 1; n <= NODES; n++) {
            assertEquals(Optional.of(TestFleet.EIP4), sourceSeen(lab, "p" + n, SERVER4));
            assertEquals(Optional.of(TestFleet.EIP6), sourceSeen(lab, "p" + n, SERVER6));
        }
    }

    /** Another table, another priority, another next hop; and what somebody else put beside ours stays. */
    @Test
    void alteredRulesAndRoutesArePutRight() throws Exception {
        lab.in("n1", "ip", "rule", "add", "prio", "98", "fwmark", "0x1", "lookup", "100");
        List<String> rules = lines("ip", "rule", "show");
        List<String> routes = lines("ip", "route", "show", "table", "all", "proto", "38");
        List<String> rule = words(rules, "98:", "proto 38");
        String mark = Words.after(rule, "fwmark").orElseThrow();
        lab.in("n1", "ip", "rule", "del", "prio", "98", "fwmark", mark);
        lab.in("n1", "ip", "rule", "add", "prio", "98", "fwmark", mark, "lookup", "4711", "protocol", "38");
        String table = Words.after(rule, "lookup").orElseThrow();
        lab.in("n1", "ip", "rule", "add", "prio", "50", "fwmark", mark, "lookup", table, "protocol", "38");
        repairs(1, "rules and routes");
        assertEquals(rules, lines("ip", "rule", "show"));

        List<String> hop = words(routes, "default via 172.31.");
        lab.in(
                "n1",
                ("ip route replace default via 172.31.0.77 dev egress.vxlan onlink metric 100 proto 38 table "
                                + Words.after(hop, "table").orElseThrow())
                        .split(" "));
        repairs(1, "rules and routes");
        assertEquals(routes, lines("ip", "route", "show", "table", "all", "proto", "38"));
        assertEquals(Optional.of(TestFleet.EIP4), sourceSeen(lab, "p1", SERVER4));
    }

    /** One with a lower metric, and some to fewer addresses: each decides before ours. */
    @Test
    void routesThatSomebodyPutsIntoOurTablesAreRemoved() throws Exception {
        List<String> ours = lines("ip", "route", "show", "table", "all", "proto", "38");
        String table = Integer.toUnsignedString(Mark.FIRST_EIP.table());
        for (String route : List.of(
                "default dev eth0 metric 7",
                "blackhole 10.6.0.0/24",
                "10.6.0.250 via 172.31.0.3 dev egress.vxlan onlink")) {
            lab.in("n1", ("ip route add " + route + " table " + table).split(" "));
        }
        lab.in("n1", ("ip -6 route add unreachable fd06::/64 metric 5 table " + table).split(" "));
        assertEquals(Optional.empty(), sourceSeen(lab, "p1", SERVER4));
        var repaired = new ArrayList<String>();
        for (int turn = 0; turn < 3; turn++) { // a few tables in each
            repaired.addAll(datapath(1).check().repaired());
        }
        assertEquals(List.of("somebody's routes in our tables"), repaired);
        assertEquals(ours, lines("ip", "route", "show", "table", "all", "proto", "38"));
        for (String family : List.of("-4", "-6")) {
            assertEquals(
                    1, lines("ip", family, "route", "show", "table", table).size() - 1, "the hop and the blackhole");
        }
        assertEquals(Optional.of(TestFleet.EIP4), sourceSeen(lab, "p1", SERVER4));
        assertEquals(Optional.of(TestFleet.EIP6), sourceSeen(lab, "p1", SERVER6));
    }

    private List<String> lines(String... command) throws Exception {
        return lab.in("n1", command).lines().map(String::strip).sorted().toList();
    }

    private static List<String> words(List<String> lines, String... with) {
        String line = lines.stream()
                .filter(text -> List.of(with).stream().allMatch(text::contains))
                .findFirst()
                .orElseThrow();
        return List.of(line.split("\\s+"));
    }

    @Test
    void aStricterCheckOfReversePathsIsLoosenedAgain() throws Exception {
        String key = "net.ipv4.conf.egress/vxlan.rp_filter";
        assertEquals("2", lab.in("n1", "sysctl", "-n", key).strip());
        lab.in("n1", "sysctl", "-qw", key + "=1");
        for (int turn = 0; turn < 20; turn++) { // a whole round of what is looked at in turns
            assertEquals(DatapathFault.NONE, datapath(1).check().fault());
        }
        assertEquals("2", lab.in("n1", "sysctl", "-n", key).strip());
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
        assumeTrue(traffic() == TrafficForm.NFT, "translated by nft");
        lab.in("n2", "nft", "flush", "map", "inet", "baton", "snat4");
        assertEquals(Optional.empty(), sourceSeen(lab, "p1", SERVER4));
        assertTrue(datapath(2).check().leaksStopped() > 0);
    }

    /** Established and new flows of every pod, in both families, while the holder and a source lose their tables. */
    @Test
    void nothingLeavesWithAWrongSourceWhileTheTableIsGone() throws Exception {
        var connections = connectionsOfAllPods();
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

    /**
     * Without a CNI's table ours is the only one that translates, and without it the kernel stops translating answers
     * back. One that arrives then is for an address of the node itself, whose own TCP must not refuse it: that would
     * end the pod's connection.
     */
    @Test
    void anAnswerThatArrivesWhileTheTableIsGoneEndsNoConnection() throws Exception {
        assumeTrue(traffic() == TrafficForm.NFT, "iptables' tables are not ours");
        for (String family : List.of("ip", "ip6")) {
            lab.in("n2", "nft", "delete", "table", family, "nat");
        }
        var connections = connectionsOfAllPods();
        askAll(connections);
        var resets = new Capture(lab, "tcp[tcpflags] & tcp-rst != 0 or (ip6 and tcp and ip6[53] & 4 != 0)");
        for (String how : List.of("flush", "delete")) {
            lab.in("n2", "nft", how, "table", "inet", "baton");
            server.answerUnasked();
            repairs(2, "traffic table");
            for (Socket connection : connections) {
                assertFalse(EchoServer.answer(connection).isEmpty(), how + ": " + connection);
            }
            askAll(connections);
        }
        assertEquals(List.of(), resets.frames());
    }

    /**
     * While the kernel deletes a table, packets meet its rules but find its maps empty. A flow that finds no policy
     * then must not be taken for one whose policy has ended: it would be cut off until its connection is deleted.
     */
    @Test
    void deletingTheTableWhilePacketsMeetItCutsNoFlowOff(@TempDir Path folder) throws Exception {
        Path table = Files.writeString(folder.resolve("table"), lab.in("n1", "nft", "list", "table", "inet", "baton"));
        try (var flow = new PodFlow(lab, 1, SERVER4)) {
            Lab.eventually(WITHIN, "a flow by the EIP", () -> flow.ask().equals(Optional.of(TestFleet.EIP4)));
            var sent = new AtomicLong();
            var over = new AtomicBoolean();
            var sending = Thread.ofPlatform().daemon().start(() -> {
                while (!over.get()) {
                    flow.send();
                    sent.incrementAndGet();
                }
            });
            for (int turn = 0; turn < DELETIONS; turn++) {
                long before = sent.get();
                lab.in("n1", "nft", "delete", "table", "inet", "baton");
                lab.in("n1", "nft", "-f", table.toString());
                Lab.eventually(WITHIN, "packets with the table", () -> sent.get() > before + 100);
            }
            over.set(true);
            sending.join();
            String older = lab.in("n1", "nft", "list", "counter", "inet", "baton", "older-flows");
            assertTrue(older.contains("packets 0 "), older);
            Lab.eventually(WITHIN, "the flow goes on", () -> flow.ask().equals(Optional.of(TestFleet.EIP4)));
        }
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
        assertTrue(leaks > 0 || traffic() == TrafficForm.IPTABLES, "stopped by the guard");
        for (Socket connection : connections) {
            EchoServer.answer(connection);
        }
        askAll(connections);
        assertEquals(Set.of(TestFleet.EIP4, TestFleet.EIP6), volley.end(), "flows of before and of meanwhile");
        System.out.println(how + " on n" + n + ": " + volley.sent() + " packets, the guard stopped " + leaks + " in "
                + whole + " ms, of which the repair took " + took);
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
}
