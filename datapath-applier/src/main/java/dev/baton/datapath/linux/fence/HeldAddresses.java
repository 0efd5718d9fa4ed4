package dev.baton.datapath.linux.fence;

import dev.baton.contract.DatapathFault;
import dev.baton.contract.Eip;
import dev.baton.contract.IpAddress;
import dev.baton.contract.IpFamily;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.core.DesiredState;
import dev.baton.datapath.linux.route.Parent;
import dev.baton.datapath.linux.tool.ResidentTool;
import dev.baton.datapath.linux.tool.Words;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** The EIPs' addresses on the parent device and in the fence's sets, as they are in the kernel. */
public final class HeldAddresses {
    /** The kernel makes an IPv6 address local 0-25 ms after it was added, in a work queue. */
    private static final Duration LOCAL_WITHIN = Duration.ofMillis(500);

    private static final long POLL_NANOS = 300_000;
    private static final Duration KEEP_EVERY = Duration.ofSeconds(1);

    private final ResidentTool ip;
    private final Fence fence;
    private SortedSet<IpAddress> present = new TreeSet<>();
    private SortedSet<IpAddress> open = new TreeSet<>();
    private SortedSet<IpAddress> fenced = new TreeSet<>();
    private long keptNanos = System.nanoTime();

    public HeldAddresses(ResidentTool ip, Fence fence) {
        this.ip = ip;
        this.fence = fence;
    }

    /**
     * Reads the kernel. An address of the parent interface counts as an EIP if the fence or the caller knows it as one.
     *
     * @return whether nothing had changed since the last reading
     */
    public boolean read(Parent parent, Set<IpAddress> known) throws DatapathException {
        var before = List.of(present, open, fenced);
        open = fence.held();
        fenced = fence.fenced();
        present = new TreeSet<>();
        for (String line : ip.run(List.of("addr show dev " + parent.name())).lines()) {
            for (IpFamily family : IpFamily.values()) {
                Words.after(Words.of(line), family == IpFamily.V4 ? "inet" : "inet6")
                        .filter(text -> text.endsWith("/" + family.bits()))
                        .map(text -> IpAddress.parse(text.substring(0, text.indexOf('/'))))
                        .filter(address -> fenced.contains(address) || known.contains(address))
                        .ifPresent(present::add);
            }
        }
        return before.equals(List.of(present, open, fenced));
    }

    /** The addresses that are on the interface or open in the fence. */
    public SortedSet<IpAddress> anywhere() {
        var all = new TreeSet<>(present);
        all.addAll(open);
        return all;
    }

    /** Whether all of them are on the interface and open in the fence. */
    public boolean holds(Collection<IpAddress> addresses) {
        return present.containsAll(addresses) && open.containsAll(addresses);
    }

    /** The addresses that are open in the fence. */
    public SortedSet<IpAddress> open() {
        return new TreeSet<>(open);
    }

    /** Takes all EIPs off an interface; it may be gone by now. */
    public void leave(Parent parent) throws DatapathException {
        for (String command : removal(present, parent)) {
            ip.run(List.of(command));
        }
        present = new TreeSet<>();
    }

    /** The addresses that are open in the fence, as the kernel says at this moment. */
    public SortedSet<IpAddress> readOpen() throws DatapathException {
        open = fence.held();
        return open();
    }

    /** From now on the fence stops frames with these addresses unless they are held. */
    public void fence(SortedSet<IpAddress> addresses) throws DatapathException {
        var missing = without(addresses, fenced);
        fence.fence(missing);
        fenced.addAll(missing);
    }

    /** The fenced addresses that are not among these. */
    public SortedSet<IpAddress> fencedExcept(SortedSet<IpAddress> addresses) {
        return without(fenced, addresses);
    }

    public void unfence(SortedSet<IpAddress> addresses) throws DatapathException {
        fence.unfence(addresses);
        fenced.removeAll(addresses);
    }

    /** Puts the addresses on the interface and waits until the kernel treats them as its own. */
    public void add(Collection<IpAddress> addresses, Parent parent) throws DatapathException {
        var missing = without(new TreeSet<>(addresses), present);
        if (missing.isEmpty()) {
            return;
        }
        var lines = new ArrayList<String>();
        AddressLifetime lifetime = lifetime().orElse(AddressLifetime.FIRST);
        // IPv6 first, because it takes longer.
        missing.reversed()
                .forEach(address -> lines.add("addr add " + on(parent, address)
                        + (address.family() == IpFamily.V6 ? " nodad" : "") + lifetime.words(address)));
        present.addAll(missing);
        ip.require(DatapathFault.ADDRESS, lines);
        for (IpAddress address : missing) {
            awaitLocal(address);
        }
    }

    private Optional<AddressLifetime> lifetime() throws DatapathException {
        return fence.lease().remaining().map(AddressLifetime::of);
    }

    private static String on(Parent parent, IpAddress address) {
        return address + "/" + address.family().bits() + " dev " + parent.name();
    }

    /**
     * Keeps the addresses on the interface for longer, if the lease runs; more often than once a second does nothing.
     */
    public void keep(Parent parent) throws DatapathException {
        long now = System.nanoTime();
        if (present.isEmpty() || now - keptNanos < KEEP_EVERY.toNanos()) {
            return;
        }
        Optional<AddressLifetime> lifetime = lifetime();
        if (lifetime.isPresent()) {
            keptNanos = now;
            ip.run(present.stream()
                    .map(address -> "addr change " + on(parent, address)
                            + lifetime.get().words(address))
                    .toList());
        }
    }

    /**
     * If the node asked for its next hop earlier, its source would not be local yet, the answer would be forwarded, and
     * a second would be lost.
     */
    private void awaitLocal(IpAddress address) throws DatapathException {
        long deadline = System.nanoTime() + LOCAL_WITHIN.toNanos();
        while (ip.run(List.of("route get " + address)).lines().stream().noneMatch(line -> line.startsWith("local "))) {
            if (System.nanoTime() - deadline > 0) {
                throw new DatapathException(
                        DatapathFault.ADDRESS, address + " did not become local within " + LOCAL_WITHIN);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    public void open(Collection<IpAddress> addresses) throws DatapathException {
        fence.hold(addresses);
        open.addAll(addresses);
    }

    /** The commands that take the addresses off the interface, for {@link #removed}. */
    public List<String> removal(Collection<IpAddress> addresses, Parent parent) {
        return addresses.stream()
                .filter(present::contains)
                .map(address -> "addr del " + on(parent, address))
                .toList();
    }

    public void removed(Collection<IpAddress> addresses) {
        present.removeAll(addresses);
    }

    public void close(Collection<IpAddress> addresses) throws DatapathException {
        fence.release(addresses);
        open.removeAll(addresses);
    }

    public void closeAll() throws DatapathException {
        fence.releaseAll();
        open.clear();
    }

    private static SortedSet<IpAddress> without(SortedSet<IpAddress> all, SortedSet<IpAddress> less) {
        var rest = new TreeSet<>(all);
        rest.removeAll(less);
        return rest;
    }

    /** The addresses of all EIPs except this node's own, which are never fenced. */
    public static SortedSet<IpAddress> addresses(DesiredState desired, Parent parent) {
        return desired.eips().keySet().stream()
                .flatMap(eip -> eip.addresses().stream())
                .filter(address -> !parent.shape().has(address))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The addresses of an EIP that this node can hold. */
    public static SortedSet<IpAddress> holdable(Eip eip, Parent parent) {
        return eip.addresses().stream()
                .filter(address -> parent.ipv6Enabled() || address.family() == IpFamily.V4)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
