package dev.baton.datapath.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.baton.contract.EndpointSlice;
import dev.baton.contract.IpAddress;
import dev.baton.contract.ObservedPath;
import dev.baton.contract.PolicyId;
import dev.baton.datapath.lab.Capture;
import dev.baton.datapath.lab.Lab;
import dev.baton.datapath.lab.TestFleet;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Nodes probe each other on a real kernel, the first by IPv6 and the others by IPv4. One fault after the other, so that
 * each begins when the one before, on another node, is mended.
 */
@NeedsRootAndTools
class PathsTest extends ThreeNodes {
    private static final PolicyId POLICY = PolicyId.parse("default/web");

    /** Of what is in {@code where}, a namespace; that node, and no other, is lost then. */
    private record Fault(String what, String where, int node, List<String> begin, List<String> end) {}

    private static final Fault PORT = new Fault(
            "the tunnel's port is closed",
            "n2",
            2,
            List.of("iptables -w -I INPUT -p udp --dport 7789 -j DROP"),
            List.of("iptables -w -D INPUT -p udp --dport 7789 -j DROP"));
    private static final Fault FORWARD = new Fault(
            "nothing is forwarded",
            "n3",
            3,
            List.of("iptables -w -P FORWARD DROP", "ip6tables -w -P FORWARD DROP"),
            List.of("iptables -w -P FORWARD ACCEPT", "ip6tables -w -P FORWARD ACCEPT"));
    private static final Fault ROUTE = new Fault(
            "the route into the tunnel is gone",
            "n2",
            2,
            List.of("ip route del 172.31.0.0/16 dev egress.vxlan", "ip route del fd11::/112 dev egress.vxlan"),
            List.of(
                    "ip route add 172.31.0.0/16 dev egress.vxlan src 172.31.0.2",
                    "ip route add fd11::/112 dev egress.vxlan"));
    private static final Fault MTU = new Fault(
            "full packets are too large for the path",
            "sw",
            1,
            List.of("ip link set n1 mtu 1400"),
            List.of("ip link set n1 mtu 1500"));

    private void run(String where, List<String> commands) {
        commands.forEach(command -> lab.in(where, command.split(" ")));
    }

    private static List<ObservedPath> others(int self, int lost) {
        return IntStream.rangeClosed(1, NODES)
                .filter(n -> n != self)
                .mapToObj(n -> new ObservedPath(TestFleet.node(n), n == lost))
                .toList();
    }

    /** All but the node itself see that this one is lost and the rest is not. */
    private void isSeen(Duration limit, String what, int lost, int... observers) {
        long begin = System.nanoTime();
        for (int n : observers) {
            Lab.eventually(
                    limit,
                    what + ": " + n + " sees it",
                    () -> datapath(n).paths().equals(others(n, lost)));
        }
        System.out.println(what + ": seen after " + (System.nanoTime() - begin) / 1_000_000 + " ms");
    }

    private void allAreFound() {
        isSeen(WITHIN.multipliedBy(2), "all is well", 0, 1, 2, 3);
    }

    private void begins(Fault fault) {
        run(fault.where(), fault.begin());
        int[] others =
                IntStream.rangeClosed(1, NODES).filter(n -> n != fault.node()).toArray();
        isSeen(WITHIN, fault.what(), fault.node(), others);
    }

    private void ends(Fault fault) {
        run(fault.where(), fault.end());
    }

    /** So that its policy covers also what is in no network of the lab. */
    private void podsOfAllDestinations() throws Exception {
        fleet.policy(TestFleet.EIP, List.of());
        var ofFirst =
                new EndpointSlice.Endpoint("default", "p1", TestFleet.node(1), List.of(IpAddress.parse("fd44:1::10")));
        for (int n = 1; n <= NODES; n++) {
            fleet.view(n).endpoints(new EndpointSlice(POLICY, "s1", List.of(ofFirst)));
            applied(n);
        }
    }

    private static long processorNanos() {
        var threads = ManagementFactory.getThreadMXBean();
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("path-probes"))
                .mapToLong(thread -> threads.getThreadCpuTime(thread.threadId()))
                .sum();
    }

    private long sent(int n) {
        return Long.parseLong(lab.in("n" + n, "cat", "/sys/class/net/egress.vxlan/statistics/tx_packets")
                .strip());
    }

    @Test
    void whatBreaksAPathIsSeenAndWhatMendsItToo() throws Exception {
        podsOfAllDestinations();
        var outside = new Capture(lab, "udp port 7790 or icmp");
        allAreFound();
        long begin = System.nanoTime();
        long processor = processorNanos();
        long packets = sent(1);

        begins(PORT);
        ends(PORT);
        begins(FORWARD);
        ends(FORWARD);
        begins(ROUTE);
        ends(ROUTE);
        begins(MTU);
        ends(MTU);
        lab.in("n2", "sysctl", "-qw", "net.ipv4.conf.egress/vxlan.rp_filter=1");
        isSeen(WITHIN, "strict rp_filter", 2, 3);
        isSeen(WITHIN, "strict rp_filter, which IPv6 does not have", 0, 1);
        Lab.eventually(
                WITHIN, "Baton mends it", () -> datapath(2).check().repaired().contains("sysctl"));
        allAreFound();

        double seconds = (System.nanoTime() - begin) / 1e9;
        System.out.printf(
                "a node of three: %.1f packets a second into the tunnel, %.2f ms of a processor a second%n",
                (sent(1) - packets) / seconds, (processorNanos() - processor) / 1e6 / seconds / NODES);
        fleet.podSelected(3, false);
        applied(3);
        Lab.eventually(
                WITHIN,
                "whose pods no policy selects probes nothing",
                () -> datapath(3).paths().isEmpty());
        List<String> sources = flowsBySource(2);
        assertEquals(sources.stream().distinct().toList(), sources, "one for each node that probes it");
        for (int n = 1; n <= NODES; n++) {
            assertEquals(0, datapath(n).check().leaksStopped());
            assertEquals("0", counter("p" + n, "/proc/net/snmp", "Icmp:"), "a pod hears nothing of it");
            assertEquals("0", counter("p" + n, "/proc/net/snmp6", "Icmp6InDestUnreachs"));
            assertEquals("0", counter("p" + n, "/proc/net/snmp6", "Icmp6InRedirects"));
        }
        assertEquals(List.of(), outside.frames(), "a probe is seen in the tunnel only");
    }

    private List<String> flowsBySource(int n) {
        return Stream.of("ipv4", "ipv6")
                .flatMap(family -> lab.in("n" + n, "conntrack", "-L", "-f", family, "-p", "udp")
                        .lines())
                .filter(line -> line.contains("dport=7790"))
                .map(line -> line.replaceFirst(".*? src=(\\S+) .*", "$1"))
                .toList();
    }

    /** The first number of the last line that begins so. */
    private String counter(String pod, String file, String name) {
        return lab.in(pod, "cat", file)
                .lines()
                .filter(line -> line.startsWith(name))
                .reduce("", (before, line) -> line)
                .split("\\s+")[1];
    }
}
