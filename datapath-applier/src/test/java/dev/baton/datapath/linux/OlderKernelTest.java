package dev.baton.datapath.linux;

import static dev.baton.datapath.lab.EchoServer.sourceSeen;
import static dev.baton.datapath.lab.Lab.SERVER4;
import static dev.baton.datapath.lab.Lab.SERVER6;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.datapath.KernelLease;
import dev.baton.datapath.lab.Capture;
import dev.baton.datapath.lab.EchoServer;
import dev.baton.datapath.lab.Lab;
import dev.baton.datapath.lab.PodFlow;
import dev.baton.datapath.lab.Sending;
import dev.baton.datapath.lab.TestFleet;
import dev.baton.datapath.linux.fence.FenceForm;
import dev.baton.datapath.linux.fence.FencedInterfaces;
import dev.baton.datapath.linux.tool.ResidentTool;
import dev.baton.datapath.linux.tool.RunTool;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The form of the fence for kernels that have no hook where frames leave an interface. */
@NeedsRootAndTools
class OlderKernelTest extends ThreeNodes {
    private static final String ARP = "arp and arp[14:4] = 0x0a0600c8";
    private static final String ADVERTISED = "icmp6 and ip6[40] = 136 and ip6[48:4] = 0xfd060000 and ip6[60:4] = 0x200";
    private static final String ANY = "(src host " + TestFleet.EIP4 + ") or (src host " + TestFleet.EIP6 + ") or ("
            + ARP + ") or (" + ADVERTISED + ")";

    /** A renewal may be so much older than the clock that it was reckoned by. */
    private static final double GUARD_SECONDS = 0.04;

    @Override
    FenceForm form() {
        return FenceForm.INET;
    }

    private String framesOf(int n, String frames) {
        String link = lab.in("n" + n, "ip", "-o", "link", "show", "dev", "eth0");
        return "ether src " + link.replaceFirst("(?s).*link/ether (\\S+) .*", "$1") + " and (" + frames + ")";
    }

    /** As of an agent that was stopped. */
    @Test
    void afterTheLeaseNobodyIsToldWhereTheEipIs() throws Exception {
        var answers = new Capture(lab, framesOf(2, "(" + ARP + ") or (" + ADVERTISED + ")"));
        double expiry = System.currentTimeMillis() / 1000.0 + 0.8;
        datapath(2).lease().begin(System.nanoTime() + Duration.ofMillis(800).toNanos());
        Lab.eventually(WITHIN, "the lease has ended", () -> {
            lab.serverAsksFor(TestFleet.EIP4, TestFleet.EIP6);
            return System.currentTimeMillis() / 1000.0 > expiry + 0.1;
        });
        List<String> frames = answers.frames();
        double last = answers.lastFrame();
        System.out.printf("last answer %.1f ms before the lease's end%n", (expiry - last) * 1000);
        assertTrue(last <= expiry + GUARD_SECONDS, "answered " + (last - expiry) + " s after the lease");
        assertTrue(frames.stream().anyMatch(frame -> frame.contains("is-at")), "answered before: " + frames);
        assertTrue(frames.stream().anyMatch(frame -> frame.contains("neighbor advertisement")), frames.toString());

        var silent = new Capture(lab, framesOf(2, ANY));
        assertEquals(KernelLease.Renewal.LAPSED, datapath(2).lease().renew(System.nanoTime() + WITHIN.toNanos()));
        lab.serverAsksFor(TestFleet.EIP4, TestFleet.EIP6);
        assertEquals(Optional.empty(), sourceSeen(lab, "p2", SERVER4));
        assertEquals(List.of(), silent.frames());
    }

    private void sendFrom(String address, String server) throws IOException {
        try (DatagramSocket socket = lab.make("n2", () -> new DatagramSocket(0, InetAddress.getByName(address)))) {
            socket.send(new DatagramPacket(new byte[1], 1, new InetSocketAddress(server, EchoServer.PORT)));
        }
    }

    @Test
    void nothingLeavesFromAnEipThatWasLetGoThoughTheLeaseRuns() throws Exception {
        move(2, 3);
        lab.in("n2", "ip", "addr", "add", TestFleet.EIP4 + "/32", "dev", "eth0");
        lab.in("n2", "ip", "addr", "add", TestFleet.EIP6 + "/128", "dev", "eth0", "nodad");
        assertTrue(datapath(2).lease().remaining().isPresent());
        var silent = new Capture(lab, framesOf(2, ANY));
        lab.serverAsksFor(TestFleet.EIP4, TestFleet.EIP6);
        assertThrows(IOException.class, () -> sendFrom(TestFleet.EIP4, SERVER4));
        assertThrows(IOException.class, () -> sendFrom(TestFleet.EIP6, SERVER6));
        assertEquals(List.of(), silent.frames());
    }

    /** The kernel would let a frame of a packet socket out. */
    @Test
    void anEipIsAnnouncedOnlyWhileTheLeaseRuns() throws Exception {
        datapath(3).lease().revoke();
        var silent = new Capture(lab, framesOf(3, ANY));
        move(2, 3);
        repeatAnnouncements();
        assertEquals(List.of(), silent.frames());

        var announced = new Capture(lab, framesOf(3, "(" + ARP + ") or (" + ADVERTISED + ")"));
        long begin = System.nanoTime();
        datapath(3).lease().begin(begin + WITHIN.toNanos());
        Lab.eventually(WITHIN, "all tries that are due by then", () -> {
            boolean enough = System.nanoTime() - begin > 300_000_000;
            repeatAnnouncements();
            return enough;
        });
        assertEquals(Optional.of(TestFleet.EIP4), sourceSeen(lab, "p1", SERVER4));
        assertTrue(announced.frames().stream().anyMatch(frame -> frame.contains("ff:ff:ff:ff:ff:ff")));
    }

    /** Whatever somebody does to one of its tables, the two say the same again. */
    @Test
    void bothTablesAreOneFence() throws Exception {
        lab.in("n2", "nft", "delete element arp baton-fence held4 { " + TestFleet.EIP4 + " }");
        assertEquals(List.of("addresses"), datapath(2).check().repaired());
        assertTrue(lab.in("n2", "nft", "list set arp baton-fence held4").contains(TestFleet.EIP4));
        assertEquals(Optional.of(TestFleet.EIP4), sourceSeen(lab, "p1", SERVER4));

        lab.in("n2", "nft", "delete", "table", "arp", "baton-fence");
        var repaired = datapath(2).check();
        assertEquals(List.of("fence", "addresses"), repaired.repaired(), repaired.toString());
        assertEquals(Optional.empty(), datapath(2).lease().remaining(), "in neither table");
        assertEquals(Optional.empty(), sourceSeen(lab, "p1", SERVER4));
        assertTrue(lab.in("n2", "nft list set arp baton-fence eip4".split(" ")).contains(TestFleet.EIP4));

        datapath(2).lease().begin(System.nanoTime() + WITHIN.toNanos());
        assertEquals(Optional.of(TestFleet.EIP4), sourceSeen(lab, "p1", SERVER4));
    }

    private String tables() {
        return lab.in("n2", "nft", "list", "tables");
    }

    private void nextAgent(FenceForm form) throws Exception {
        nextAgent(2, options(2, form)).open(Set.of(TestFleet.EIP));
    }

    /** While a pod goes on to send what the fence alone stops. */
    @Test
    void aNodeThatChangesTheFormLetsNothingOutMeanwhile() throws Exception {
        datapath(2).lease().revoke();
        var silent = new Capture(lab, framesOf(2, ANY));
        try (var ipv4 = new PodFlow(lab, 2, SERVER4);
                var ipv6 = new PodFlow(lab, 2, SERVER6)) {
            var sending = new Sending(ipv4, ipv6);
            for (FenceForm next : List.of(FenceForm.NETDEV, FenceForm.INET)) {
                nextAgent(next);
                for (FenceForm form : FenceForm.values()) {
                    String table = "table " + form.families().getLast().word() + " baton-fence";
                    assertEquals(form == next, tables().contains(table), tables());
                }
                long before = sending.rounds();
                Lab.eventually(WITHIN, "packets in this form", () -> sending.rounds() > before + 50);
            }
            assertEquals(List.of(), silent.frames());
            sending.close();
            applied(2);
            datapath(2).lease().begin(System.nanoTime() + WITHIN.toNanos());
            Lab.eventually(
                    WITHIN,
                    "what is sent has the EIP",
                    () -> ipv4.ask().equals(Optional.of(TestFleet.EIP4))
                            && ipv6.ask().equals(Optional.of(TestFleet.EIP6)));
        }
    }

    /** A kernel before 6.16 would refuse the whole fence because of it. */
    @Test
    void anInterfaceThatIsGoneIsLeftBehindWithTheOtherForm() throws Exception {
        var namespace = Optional.of(lab.namespace("n2"));
        try (ResidentTool terse = ResidentTool.nft(namespace, "-s", "-t")) {
            new FencedInterfaces(new RunTool(namespace), terse).ensure(FenceForm.INET, List.of("eth0", "gone"));
        }
        assertTrue(lab.in("n2", "nft", "list table " + fence()).contains("out-gone"));
        nextAgent(FenceForm.NETDEV);
        String made = lab.in("n2", "nft", "list table netdev baton-fence");
        assertTrue(made.contains("out-eth0") && !made.contains("gone"), made);
    }

    /** An agent may have ended in the midst of a change. */
    @Test
    void cleaningUpTakesBothFormsAway() throws Exception {
        datapath(2).close();
        var namespace = Optional.of(lab.namespace("n2"));
        try (ResidentTool terse = ResidentTool.nft(namespace, "-s", "-t")) {
            new FencedInterfaces(new RunTool(namespace), terse).ensure(FenceForm.NETDEV, List.of("eth0"));
        }
        assertEquals(
                3, tables().lines().filter(line -> line.endsWith("baton-fence")).count(), tables());
        try (var next = new LinuxDatapath(options(2))) {
            next.cleanup();
        }
        assertFalse(tables().contains("fence"), tables());
        assertFalse(lab.in("n2", "ip", "addr").contains(TestFleet.EIP4));
    }
}
