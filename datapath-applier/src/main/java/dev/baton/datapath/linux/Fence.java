package dev.baton.datapath.linux;

import dev.baton.contract.DatapathFault;
import dev.baton.contract.Eip;
import dev.baton.contract.IpAddress;
import dev.baton.contract.IpFamily;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.KernelLease;
import dev.baton.datapath.linux.NftTable.Chain;
import dev.baton.datapath.linux.NftTable.Elements;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

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
final class Fence implements KernelLease, AutoCloseable {
    private static final String FAMILY = "netdev";
    static final String NAME = "baton-fence";
    private static final int GUARD_MS = 40;
    private static final int AT_ONCE = 1000;
    private static final List<byte[]> ONE = List.of(new byte[] {1, 0, 0, 0});

    /** By their Ethernet types: IPv4, IPv6, ARP. */
    private static final List<byte[]> PROTOCOLS =
            List.of(new byte[] {0x08, 0}, new byte[] {(byte) 0x86, (byte) 0xdd}, new byte[] {0x08, 0x06});

    /** Less than this is over before it is in force. */
    private static final Duration SHORTEST = Duration.ofMillis(5);

    private final Optional<String> namespace;
    private final LongSupplier nanoTime;
    private @Nullable NftSocket socket;

    /** @param nanoTime {@link System#nanoTime}; a test puts a pause behind it */
    Fence(Optional<String> namespace, LongSupplier nanoTime) {
        this.namespace = namespace;
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
        return Traffic.leftovers(FAMILY, NAME)
                + new NftTable(FAMILY, NAME, new TreeMap<>(), new TreeMap<>()).deletion();
    }

    /** Fails unless this kernel times elements out and refuses to delete one that is gone. Touches no lease. */
    void proveThatTheKernelCan() throws DatapathException {
        kernel().transaction(List.of(SetElements.delete("probe", ONE)));
        require(List.of(SetElements.add("probe", ONE, 60_000)));
        require(List.of(SetElements.delete("probe", ONE), SetElements.add("probe", ONE, 30_000)));
        var left = shortest("probe");
        require(List.of(SetElements.delete("probe", ONE)));
        boolean refused = kernel().transaction(List.of(SetElements.delete("probe", ONE))) == NftSocket.ENOENT;
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
        // Also where a former lease still runs: it is replaced, never added to.
        SetElements put = SetElements.add("alive", PROTOCOLS, left.toMillis());
        require(List.of(SetElements.delete("guard", ONE), put, SetElements.delete("alive", PROTOCOLS), put));
    }

    @Override
    public Renewal renew(long untilNanos) throws DatapathException {
        armGuard();
        Duration left = Duration.ofNanos(untilNanos - nanoTime.getAsLong());
        if (left.compareTo(SHORTEST) < 0) {
            return remaining().isPresent() ? Renewal.TOO_LATE : Renewal.LAPSED;
        }
        int error = kernel().transaction(List.of(
                SetElements.delete("guard", ONE),
                SetElements.delete("alive", PROTOCOLS),
                SetElements.add("alive", PROTOCOLS, left.toMillis())));
        return switch (error) {
            case 0 -> Renewal.RENEWED;
            case NftSocket.ENOENT -> remaining().isPresent() ? Renewal.TOO_LATE : Renewal.LAPSED;
            default -> throw new DatapathException(DatapathFault.LEASE, "renewing the lease: error " + error);
        };
    }

    @Override
    public void revoke() throws DatapathException {
        require(List.of(SetElements.delete("alive", List.of())));
    }

    @Override
    public Optional<Duration> remaining() throws DatapathException {
        // One that is missing is as good as all: that protocol's frames are stopped.
        return kernel().elements("alive").size() < PROTOCOLS.size() ? Optional.empty() : shortest("alive");
    }

    /** Opens the fence for these addresses, or closes it; also right if it is open or closed already. */
    void hold(Collection<IpAddress> addresses) throws DatapathException {
        change("held", addresses, true);
    }

    void release(Collection<IpAddress> addresses) throws DatapathException {
        change("held", addresses, false);
    }

    void releaseAll() throws DatapathException {
        require(List.of(SetElements.delete("held4", List.of()), SetElements.delete("held6", List.of())));
    }

    /** Addresses that are EIPs of the fleet: frames with them are fenced. */
    void fence(Collection<IpAddress> addresses) throws DatapathException {
        change("eip", addresses, true);
    }

    void unfence(Collection<IpAddress> addresses) throws DatapathException {
        change("eip", addresses, false);
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

    private void change(String set, Collection<IpAddress> addresses, boolean in) throws DatapathException {
        for (IpFamily family : IpFamily.values()) {
            String name = set + (family == IpFamily.V4 ? "4" : "6");
            var keys = addresses.stream()
                    .filter(address -> address.family() == family)
                    .map(Announcement::bytes)
                    .toList();
            for (int i = 0; i < keys.size(); i += AT_ONCE) {
                var some = keys.subList(i, Math.min(keys.size(), i + AT_ONCE));
                // Adding what is there is no error, deleting what is not would be.
                require(
                        in
                                ? List.of(SetElements.add(name, some))
                                : List.of(SetElements.add(name, some), SetElements.delete(name, some)));
            }
        }
    }

    private SortedSet<IpAddress> members(String set) throws DatapathException {
        var addresses = new TreeSet<IpAddress>();
        for (NftSocket.Element element : kernel().elements(set + "4")) {
            addresses.add(new IpAddress(IpFamily.V4, new BigInteger(1, element.key())));
        }
        for (NftSocket.Element element : kernel().elements(set + "6")) {
            addresses.add(new IpAddress(IpFamily.V6, new BigInteger(1, element.key())));
        }
        return addresses;
    }

    private void armGuard() throws DatapathException {
        SetElements add = SetElements.add("guard", ONE, GUARD_MS);
        require(List.of(add, SetElements.delete("guard", ONE), add));
    }

    private Optional<Duration> shortest(String set) throws DatapathException {
        return kernel().elements(set).stream()
                .flatMap(element -> element.left().stream())
                .min(Comparator.naturalOrder());
    }

    private void require(List<SetElements> changes) throws DatapathException {
        int error = kernel().transaction(changes);
        if (error != 0) {
            var sets = changes.stream().map(SetElements::set).distinct().toList();
            throw new DatapathException(DatapathFault.LEASE, "the fence's sets " + sets + ": error " + error);
        }
    }

    private NftSocket kernel() throws DatapathException {
        NftSocket open = socket;
        if (open == null) {
            open = NftSocket.open(namespace, NAME);
            socket = open;
        }
        return open;
    }

    @Override
    public void close() {
        NftSocket open = socket;
        socket = null;
        if (open != null) {
            open.close();
        }
    }
}
