package dev.baton.datapath.lab;

import dev.baton.contract.AssignmentStep;
import dev.baton.contract.DatapathFault;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.KernelLease;
import dev.baton.datapath.linux.LinuxDatapath;
import dev.baton.datapath.linux.LinuxOptions;
import dev.baton.datapath.linux.nft.TrafficForm;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The laws of the lease on one node with real packets, as a program: for a kernel that is not this machine's, in an
 * emulated machine where JUnit alone takes half a minute. It prints a line for each law that holds, and fails at the
 * first that does not.
 */
public final class LeaseLaws {
    /** An emulated machine is slow, and stands still while the machine below is busy. */
    private static final Duration WITHIN = Duration.ofSeconds(30);

    private static final Duration LEASE = Duration.ofMillis(2500);

    /**
     * How long after the lease a frame may be stamped. How precise a lease is, the tests on this machine's kernel say;
     * an emulated machine can stand still between the kernel's decision about a frame and the stamp.
     */
    private static final double STANDSTILL_SECONDS = 0.4;

    /** All frames that say that the EIP is here. */
    private static final String OF_THE_EIP = "(src host " + TestFleet.EIP4 + ") or (src host " + TestFleet.EIP6
            + ") or (arp and arp[14:4] = 0x0a0600c8)"
            + " or (icmp6 and ip6[40] = 136 and ip6[48:4] = 0xfd060000 and ip6[60:4] = 0x200)";

    private static final List<String> KINDS =
            List.of("IP " + TestFleet.EIP4 + ".", "IP6 " + TestFleet.EIP6 + ".", "is-at", "neighbor advertisement");

    private static final int ASKED_AFTERWARDS = 3;

    private final TrafficForm traffic;
    private final Lab lab;
    private final LinuxDatapath datapath;

    private LeaseLaws(TrafficForm traffic, Lab lab, LinuxDatapath datapath) {
        this.traffic = traffic;
        this.lab = lab;
        this.datapath = datapath;
    }

    /** @param args one or both forms of what marks and translates, checked one after the other on one node */
    public static void main(String[] args) throws Exception {
        var fleet = new TestFleet(1);
        fleet.assign(AssignmentStep.HELD, 1, Optional.empty());
        try (var lab = new Lab(1);
                var _ = new EchoServer(lab)) {
            for (String form : args) {
                var traffic = TrafficForm.valueOf(form.toUpperCase(Locale.ROOT));
                var options =
                        new LinuxOptions(Optional.empty(), Optional.of(lab.namespace("n1")), Optional.empty(), traffic);
                try (var datapath = new LinuxDatapath(options)) {
                    datapath.open();
                    begin(datapath.lease(), Duration.ofMinutes(5));
                    var report = datapath.apply(fleet.desired(1));
                    require(
                            report.results().stream().allMatch(result -> result.fault() == DatapathFault.NONE),
                            report.toString());
                    new LeaseLaws(traffic, lab, datapath).check();
                }
            }
        }
    }

    /** As an agent does: a beginning that took too long is refused by the kernel, and tried again. */
    private static void begin(KernelLease lease, Duration length) {
        Lab.eventually(WITHIN, "the lease begins", () -> {
            try {
                lease.begin(System.nanoTime() + length.toNanos());
                return true;
            } catch (DatapathException e) {
                System.out.println("a lease did not begin: " + e.getMessage());
                return false;
            }
        });
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    private void holds(String law, String seen) {
        System.out.println("law=" + law + " datapath=" + traffic.name().toLowerCase(Locale.ROOT) + " " + seen);
    }

    private void check() throws Exception {
        try (var ipv4 = new PodFlow(lab, 1, Lab.SERVER4);
                var ipv6 = new PodFlow(lab, 1, Lab.SERVER6)) {
            leaves(ipv4, ipv6);
            holds("leaves_while_leased", "fence=" + fence());
            endsWithTheLease(ipv4, ipv6);
            require(
                    datapath.lease().renew(System.nanoTime() + WITHIN.toNanos()) == KernelLease.Renewal.LAPSED,
                    "a lease that was over was renewed");
            begin(datapath.lease(), Duration.ofMinutes(5));
            leaves(ipv4, ipv6);
            holds("leaves_with_the_next_lease", "");
        }
    }

    /** The families in which its tables are. */
    private String fence() {
        return String.join(
                ",",
                lab.in("n1", "nft", "list", "tables")
                        .lines()
                        .filter(table -> table.endsWith(" baton-fence"))
                        .map(table -> table.split(" ")[1])
                        .sorted()
                        .toList());
    }

    private static void leaves(PodFlow ipv4, PodFlow ipv6) {
        Lab.eventually(WITHIN, "IPv4 with the EIP", () -> ipv4.ask().equals(Optional.of(TestFleet.EIP4)));
        Lab.eventually(WITHIN, "IPv6 with the EIP", () -> ipv6.ask().equals(Optional.of(TestFleet.EIP6)));
    }

    /** The pod sends and the server asks who has the EIP, all the time, before and after. */
    private void endsWithTheLease(PodFlow ipv4, PodFlow ipv6) throws Exception {
        var seen = new Capture(lab, OF_THE_EIP);
        begin(datapath.lease(), LEASE);
        long end = System.nanoTime() + LEASE.toNanos(); // a little after it
        double expiry = System.currentTimeMillis() / 1000.0 + LEASE.toMillis() / 1000.0;
        int before = 0;
        int after = 0;
        while (after < ASKED_AFTERWARDS) {
            boolean over = System.nanoTime() - end > STANDSTILL_SECONDS * 1e9;
            ipv4.ask();
            ipv6.ask();
            lab.serverAsksFor(TestFleet.EIP4, TestFleet.EIP6);
            before += over ? 0 : 1;
            after += over ? 1 : 0;
        }
        datapath.check(); // would repeat announcements
        List<String> frames = seen.frames();
        for (String kind : KINDS) {
            require(frames.stream().anyMatch(frame -> frame.contains(kind)), kind + " was not seen: " + frames);
        }
        double late = seen.lastFrame() - expiry;
        require(late <= STANDSTILL_SECONDS, "a frame " + late + " s after the lease's end: " + frames.getLast());
        holds(
                "none_leaves_after_the_lease",
                "frames=%d asked=%d+%d last=%.3fs".formatted(frames.size(), before, after, late));
    }
}
