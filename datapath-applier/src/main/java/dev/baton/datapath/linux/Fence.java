package dev.baton.datapath.linux;

import dev.baton.contract.DatapathFault;
import dev.baton.contract.Eip;
import dev.baton.contract.IpAddress;
import dev.baton.contract.IpFamily;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.KernelLease;
import dev.baton.datapath.linux.NftTable.Chain;
import dev.baton.datapath.linux.NftTable.Elements;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The fence on the parent device, and the lease that opens it. A frame with an EIP as its source (IPv4, IPv6, ARP)
 * leaves only if this node holds that EIP and its lease runs: set {@code alive} has one element for each protocol, with
 * a timeout that the kernel checks at each frame. What reaches the node for an EIP that it holds is taken only while
 * the lease runs; what reaches a former holder is not stopped, so that it can hand it on.
 *
 * <p>The kernel checks the renewal too. Deleting an element that has timed out fails and undoes the whole transaction;
 * so a renewal deletes and adds each element, and one that comes too late fails. It also deletes a guard element that
 * was set just before the clock was read and lives 40 ms: a process that was stopped in between cannot renew when it
 * wakes. What can pass is those 40 ms, which the lease's margin (50 ms at least) covers.
 */
final class Fence implements KernelLease {
    private static final String FAMILY = "netdev";
    static final String NAME = "baton-fence";
    private static final String AT = FAMILY + " " + NAME + " ";
    private static final int GUARD_MS = 40;
    private static final String GUARD = "guard { 0x1 }";
    private static final String ALL = "alive { ip, ip6, arp }";
    private static final Pattern EXPIRES = Pattern.compile("expires ((?:\\d+(?:ms|[dhms]))+)");
    private static final Pattern PART = Pattern.compile("(\\d+)(ms|[dhms])");
    private static final Pattern ADDRESS = Pattern.compile("[0-9a-f]+[.:][0-9a-f.:]+");

    /** nft cannot be asked for less than this and be expected to be done before it has passed. */
    private static final Duration SHORTEST = Duration.ofMillis(5);

    private final ToolChild nft;
    private final LongSupplier nanoTime;

    /** @param nanoTime {@link System#nanoTime}; a test puts a pause behind it */
    Fence(ToolChild nft, LongSupplier nanoTime) {
        this.nft = nft;
        this.nanoTime = nanoTime;
    }

    /** The table as it is made: closed, since nothing is held and no lease runs. */
    static NftTable table(String parent) {
        var sets = new TreeMap<String, Elements>();
        sets.put("alive", new Elements("set", "type ether_type; flags timeout;", new TreeMap<>()));
        sets.put("guard", new Elements("set", "type mark; flags timeout;", new TreeMap<>()));
        sets.put("probe", new Elements("set", "type mark; flags timeout;", new TreeMap<>()));
        for (String set : List.of("eip4", "held4")) {
            sets.put(set, new Elements("set", "type ipv4_addr;", new TreeMap<>()));
        }
        for (String set : List.of("eip6", "held6")) {
            sets.put(set, new Elements("set", "type ipv6_addr;", new TreeMap<>()));
        }
        String device = " device \"" + LinuxOptions.requireInterface(parent) + "\" priority 0; policy accept; }";
        var chains = new TreeMap<String, Chain>();
        chains.put(
                "out",
                new Chain(
                        " { type filter hook egress" + device,
                        List.of(
                                "ip saddr @eip4 ip saddr != @held4 counter drop",
                                "ip saddr @eip4 meta protocol != @alive counter drop",
                                "ip6 saddr @eip6 ip6 saddr != @held6 counter drop",
                                "ip6 saddr @eip6 meta protocol != @alive counter drop",
                                "arp saddr ip @eip4 arp saddr ip != @held4 counter drop",
                                "arp saddr ip @eip4 meta protocol != @alive counter drop")));
        chains.put(
                "in",
                new Chain(
                        " { type filter hook ingress" + device,
                        List.of(
                                "ip daddr @held4 meta protocol != @alive counter drop",
                                "ip6 daddr @held6 meta protocol != @alive counter drop")));
        return new NftTable(FAMILY, NAME, sets, chains);
    }

    static String deletion() {
        return new NftTable(FAMILY, NAME, new TreeMap<>(), new TreeMap<>()).deletion();
    }

    /** Fails unless this kernel times elements out and refuses to delete one that is gone. Touches no lease. */
    void proveThatTheKernelCan() throws DatapathException {
        nft.run(List.of("delete element " + AT + "probe { 0x1 }"));
        require("add element " + AT + "probe { 0x1 timeout 60s }");
        require("delete element " + AT + "probe { 0x1 }; add element " + AT + "probe { 0x1 timeout 30s }");
        var left = expiry(require("list set " + AT + "probe"));
        require("delete element " + AT + "probe { 0x1 }");
        boolean refused = nft.run(List.of("delete element " + AT + "probe { 0x1 }"))
                .complaint()
                .isPresent();
        boolean timed = left.isPresent()
                && left.get().compareTo(Duration.ofSeconds(30)) <= 0
                && left.get().compareTo(Duration.ofSeconds(20)) > 0;
        if (!refused || !timed) {
            throw new DatapathException(
                    DatapathFault.LEASE,
                    "the kernel does not enforce leases: an element of 30 s reads back as " + left
                            + (refused ? "" : ", and deleting a missing element does not fail"));
        }
    }

    @Override
    public void begin(long untilNanos) throws DatapathException {
        armGuard();
        Duration left = Duration.ofNanos(untilNanos - nanoTime.getAsLong());
        if (left.compareTo(SHORTEST) < 0) {
            throw new DatapathException(DatapathFault.LEASE, "a lease that ends in " + left + " cannot begin");
        }
        String put = put(left);
        // Also where a former lease still runs: it is replaced, never added to.
        require("delete element " + AT + GUARD + "; " + put + "; delete element " + AT + ALL + "; " + put);
    }

    @Override
    public Renewal renew(long untilNanos) throws DatapathException {
        armGuard();
        Duration left = Duration.ofNanos(untilNanos - nanoTime.getAsLong());
        if (left.compareTo(SHORTEST) < 0) {
            return remaining().isPresent() ? Renewal.TOO_LATE : Renewal.LAPSED;
        }
        var answer =
                nft.run(List.of("delete element " + AT + GUARD + "; delete element " + AT + ALL + "; " + put(left)));
        if (answer.complaint().isEmpty()) {
            return Renewal.RENEWED;
        }
        String complaint = answer.complaint().get();
        if (!complaint.contains("No such file or directory")) {
            throw new DatapathException(DatapathFault.LEASE, "renewing the lease: " + complaint);
        }
        return remaining().isPresent() ? Renewal.TOO_LATE : Renewal.LAPSED;
    }

    @Override
    public void revoke() throws DatapathException {
        require("flush set " + AT + "alive");
    }

    @Override
    public Optional<Duration> remaining() throws DatapathException {
        return expiry(require("list set " + AT + "alive"));
    }

    /** Opens the fence for these addresses, or closes it; also right if it is open or closed already. */
    void hold(Collection<IpAddress> addresses) throws DatapathException {
        change("add element ", "held", addresses);
    }

    void release(Collection<IpAddress> addresses) throws DatapathException {
        change("add element ", "held", addresses, "delete element ");
    }

    void releaseAll() throws DatapathException {
        require("flush set " + AT + "held4; flush set " + AT + "held6");
    }

    /** Addresses that are EIPs of the fleet: frames with them are fenced. */
    void fence(Collection<IpAddress> addresses) throws DatapathException {
        change("add element ", "eip", addresses);
    }

    void unfence(Collection<IpAddress> addresses) throws DatapathException {
        change("add element ", "eip", addresses, "delete element ");
    }

    SortedSet<IpAddress> held() throws DatapathException {
        return members("held");
    }

    SortedSet<IpAddress> fenced() throws DatapathException {
        return members("eip");
    }

    static SortedSet<IpAddress> of(Eip eip) {
        return new TreeSet<>(eip.addresses());
    }

    private void change(String verb, String set, Collection<IpAddress> addresses, String... more)
            throws DatapathException {
        var commands = new ArrayList<String>();
        for (IpFamily family : IpFamily.values()) {
            var texts = addresses.stream()
                    .filter(address -> address.family() == family)
                    .map(IpAddress::toString)
                    .toList();
            if (texts.isEmpty()) {
                continue;
            }
            String elements = AT + set + (family == IpFamily.V4 ? "4 { " : "6 { ") + String.join(", ", texts) + " }";
            commands.add(verb + elements);
            for (String next : more) {
                commands.add(next + elements);
            }
        }
        if (!commands.isEmpty()) {
            require(String.join("; ", commands));
        }
    }

    private SortedSet<IpAddress> members(String set) throws DatapathException {
        var addresses = new TreeSet<IpAddress>();
        for (String line :
                nft.require(DatapathFault.LEASE, List.of("list set " + AT + set + "4", "list set " + AT + set + "6"))) {
            Matcher matcher = ADDRESS.matcher(line.contains("{") && !line.contains("elements") ? "" : line);
            while (matcher.find()) {
                addresses.add(IpAddress.parse(matcher.group()));
            }
        }
        return addresses;
    }

    private void armGuard() throws DatapathException {
        String add = "add element " + AT + "guard { 0x1 timeout " + GUARD_MS + "ms }";
        require(add + "; delete element " + AT + GUARD + "; " + add);
    }

    private static String put(Duration left) {
        String timeout = " timeout " + left.toMillis() + "ms";
        return "add element " + AT + "alive { ip" + timeout + ", ip6" + timeout + ", arp" + timeout + " }";
    }

    private List<String> require(String command) throws DatapathException {
        return nft.require(DatapathFault.LEASE, List.of(command));
    }

    /** The shortest of what is left, as nft writes it ({@code expires 1s896ms}). */
    private static Optional<Duration> expiry(List<String> listing) {
        Optional<Duration> shortest = Optional.empty();
        for (String line : listing) {
            Matcher matcher = EXPIRES.matcher(line);
            while (matcher.find()) {
                Duration left = duration(matcher.group(1));
                shortest =
                        Optional.of(shortest.filter(s -> s.compareTo(left) < 0).orElse(left));
            }
        }
        return shortest;
    }

    private static Duration duration(String text) {
        Duration sum = Duration.ZERO;
        Matcher part = PART.matcher(text);
        while (part.find()) {
            long number = Long.parseLong(part.group(1));
            sum = sum.plus(
                    switch (part.group(2)) {
                        case "d" -> Duration.ofDays(number);
                        case "h" -> Duration.ofHours(number);
                        case "m" -> Duration.ofMinutes(number);
                        case "s" -> Duration.ofSeconds(number);
                        default -> Duration.ofMillis(number);
                    });
        }
        return sum;
    }
}
