package dev.baton.datapath.linux;

import dev.baton.contract.AssignmentStep;
import dev.baton.contract.Cidr;
import dev.baton.contract.PolicyId;
import dev.baton.datapath.lab.Lab;
import dev.baton.datapath.lab.TestFleet;
import dev.baton.datapath.linux.nft.TrafficForm;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Run by hand, as root: what a datagram of a pod on the holder's node costs, by form and number of policies. One thread
 * sends as fast as it can, and the kernel forwards each datagram in that thread's time, so the time between two of them
 * is what one costs. Each figure is the best of several seconds, because other work on the machine only adds to it.
 */
public final class PacketSpeed {
    private static final int SECONDS = 6;
    private static final byte[] DATAGRAM = new byte[64];

    private PacketSpeed() {}

    /** @param args numbers of policies; none: 1, 1,000 and 10,000 */
    public static void main(String[] args) throws Exception {
        List<Integer> policies = args.length == 0
                ? List.of(1, 1_000, 10_000)
                : Stream.of(args).map(Integer::valueOf).toList();
        print("nothing programmed", 0, measured(Optional.empty(), 0));
        for (int count : policies) {
            for (TrafficForm form : TrafficForm.values()) {
                print(form.toString(), count, measured(Optional.of(form), count));
            }
        }
        print("nothing programmed", 0, measured(Optional.empty(), 0));
    }

    private static void print(String form, int policies, double[] nanos) {
        System.out.printf(
                Locale.ROOT,
                "%-20s policies=%-6d selected pod %.2f us, other pod %.2f us%n",
                form,
                policies,
                nanos[0] / 1000,
                nanos[1] / 1000);
    }

    /** Time of one datagram of a pod that a policy selects, and of one that none does. */
    private static double[] measured(Optional<TrafficForm> form, int policies) throws Exception {
        try (var lab = new Lab(1)) {
            lab.in(
                    "ext",
                    "nft",
                    "add table ip sink; add chain ip sink in { type filter hook prerouting priority -400; };"
                            + " add rule ip sink in udp dport 9 drop");
            lab.in("p1", "ip", "addr", "add", "10.244.1.11/24", "dev", "eth0");
            if (form.isEmpty()) {
                return times(lab);
            }
            var options =
                    new LinuxOptions(Optional.empty(), Optional.of(lab.namespace("n1")), Optional.empty(), form.get());
            try (var datapath = new LinuxDatapath(options)) {
                datapath.open();
                datapath.lease()
                        .begin(System.nanoTime() + Duration.ofMinutes(10).toNanos());
                datapath.apply(fleet(policies).desired(1));
                return times(lab);
            }
        }
    }

    private static TestFleet fleet(int policies) {
        var fleet = new TestFleet(1);
        for (int p = 1; p < policies; p++) {
            fleet.another(
                    PolicyId.parse("a-team/policy-" + p), // sorts before the pod's own
                    Optional.of(TestFleet.EIP),
                    List.of(Cidr.parse("198.18." + p / 250 + "." + p % 250 + "/32")),
                    0,
                    "pod-" + p,
                    "10.244." + (100 + p / 250) + "." + (1 + p % 250));
        }
        fleet.assign(AssignmentStep.HELD, 1, Optional.empty());
        return fleet;
    }

    private static double[] times(Lab lab) throws Exception {
        return new double[] {best(lab, "10.244.1.10"), best(lab, "10.244.1.11")};
    }

    private static double best(Lab lab, String pod) throws Exception {
        double best = Double.MAX_VALUE;
        try (DatagramChannel channel = lab.make("p1", DatagramChannel::open)) {
            channel.bind(new InetSocketAddress(InetAddress.getByName(pod), 0));
            channel.connect(new InetSocketAddress(InetAddress.getByName(Lab.SERVER4), 9));
            for (int second = 0; second < SECONDS; second++) {
                long before = received(lab);
                long begin = System.nanoTime();
                while (System.nanoTime() - begin < 1_000_000_000L) {
                    channel.write(ByteBuffer.wrap(DATAGRAM));
                }
                double took = System.nanoTime() - begin;
                best = Math.min(best, took / Math.max(1, received(lab) - before));
            }
        }
        return best;
    }

    private static long received(Lab lab) {
        return Long.parseLong(lab.in("ext", "cat", "/sys/class/net/eth0/statistics/rx_packets")
                .strip());
    }
}
