package dev.baton.datapath.linux.fence;

import dev.baton.contract.DatapathFault;
import dev.baton.contract.Eip;
import dev.baton.contract.IpAddress;
import dev.baton.contract.IpFamily;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.core.DesiredState;
import dev.baton.datapath.linux.claim.Port;
import dev.baton.datapath.linux.route.Parent;
import dev.baton.datapath.linux.tool.ResidentTool;
import dev.baton.datapath.linux.tool.Words;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** The EIPs' addresses on the node's interfaces and in the fence's sets, as they are in the kernel. */
public final class HeldAddresses {
    /** The kernel makes an IPv6 address local 0-25 ms after it was added, in a work queue. */
    private static final Duration LOCAL_WITHIN = Duration.ofMillis(500);

    private static final long POLL_NANOS = 300_000;
    private static final Duration KEEP_EVERY = Duration.ofSeconds(1);

    private final ResidentTool ip;
    private final Fence fence;
    private SortedSet<Placed> present = new TreeSet<>();
    private SortedSet<IpAddress> open = new TreeSet<>();
    private SortedSet<IpAddress> fenced = new TreeSet<>();
    private long keptNanos = System.nanoTime();

    /** An EIP's address on an interface. */
    private record Placed(IpAddress address, String on) implements Comparable<Placed> {
        private static final Comparator<Placed> ORDER =
                Comparator.comparing(Placed::address).thenComparing(Placed::on);

        static Placed rightly(IpAddress address, Parent parent) {
            return new Placed(address, parent.carrier(address).name());
        }

        @Override
        public int compareTo(Placed other) {
            return ORDER.compare(this, other);
        }

        @Override
        public String toString() {
            return address + "/" + address.family().bits() + " dev " + on;
        }
    }

    public HeldAddresses(ResidentTool ip, Fence fence) {
        this.ip = ip;
        this.fence = fence;
    }

    /**
     * Reads the kernel. A single host's address counts as an EIP if the fence or the caller knows it as one.
     *
     * @return whether nothing had changed since the last reading
     */
    public boolean read(Parent parent, Set<IpAddress> known) throws DatapathException {
        var before = List.of(present, open, fenced);
        open = fence.held();
        fenced = fence.fenced();
        // Also where an address was: the interface may have left its network since.
        var interfaces = present.stream().map(Placed::on).collect(Collectors.toCollection(TreeSet::new));
        parent.attached().forEach(one -> interfaces.add(one.name()));
        interfaces.add(parent.name());
        present = new TreeSet<>();
        for (String name : interfaces) {
            readFrom(name, known);
        }
        return before.equals(List.of(present, open, fenced));
    }

    private void readFrom(String name, Set<IpAddress> known) throws DatapathException {
        for (String line : ip.run(List.of("addr show dev " + name)).lines()) {
            for (IpFamily family : IpFamily.values()) {
                Words.after(Words.of(line), family == IpFamily.V4 ? "inet" : "inet6")
                        .filter(text -> text.endsWith("/" + family.bits()))
                        .map(text -> IpAddress.parse(text.substring(0, text.indexOf('/'))))
                        .filter(address -> fenced.contains(address) || known.contains(address))
                        .ifPresent(address -> present.add(new Placed(address, name)));
            }
        }
    }

    /** The addresses that are on an interface or open in the fence. */
    public SortedSet<IpAddress> anywhere() {
        var all = new TreeSet<>(open);
        present.forEach(placed -> all.add(placed.address()));
        return all;
    }

    /** Whether all of them are on their interfaces and open in the fence. */
    public boolean holds(Collection<IpAddress> addresses, Parent parent) {
        return open.containsAll(addresses)
                && addresses.stream().allMatch(address -> present.contains(Placed.rightly(address, parent)));
    }

    /** Takes the addresses off all interfaces that they do not belong on. */
    public void removeStrays(Parent parent) throws DatapathException {
        var strays = present.stream()
                .filter(placed -> !placed.equals(Placed.rightly(placed.address(), parent)))
                .toList();
        if (!strays.isEmpty()) {
            ip.run(strays.stream().map(placed -> "addr del " + placed).toList()); // an interface may be gone by now
            strays.forEach(present::remove);
        }
    }

    /** The addresses that are open in the fence. */
    public SortedSet<IpAddress> open() {
        return new TreeSet<>(open);
    }

    /** The same, each with the interface that it is on. */
    public SortedMap<IpAddress, Port> openOn(Parent parent) {
        var on = new TreeMap<IpAddress, Port>();
        open.forEach(address -> on.put(address, Port.of(parent.carrier(address))));
        return on;
    }

    /** Takes all EIPs off their interfaces; these may be gone by now. */
    public void leave() throws DatapathException {
        for (Placed placed : present) {
            ip.run(List.of("addr del " + placed));
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

    /** Puts the addresses on their interfaces and waits until the kernel treats them as its own. */
    public void add(Collection<IpAddress> addresses, Parent parent) throws DatapathException {
        var missing = addresses.stream()
                .map(address -> Placed.rightly(address, parent))
                .filter(placed -> !present.contains(placed))
                .collect(Collectors.toCollection(TreeSet::new));
        if (missing.isEmpty()) {
            return;
        }
        var lines = new ArrayList<String>();
        AddressLifetime lifetime = lifetime().orElse(AddressLifetime.FIRST);
        // IPv6 first, because it takes longer.
        missing.reversed()
                .forEach(placed -> lines.add("addr add " + placed
                        + (placed.address().family() == IpFamily.V6 ? " nodad" : "")
                        + lifetime.words(placed.address())));
        present.addAll(missing);
        ip.require(DatapathFault.ADDRESS, lines);
        for (Placed placed : missing) {
            awaitLocal(placed.address());
        }
    }

    private Optional<AddressLifetime> lifetime() throws DatapathException {
        return fence.lease().remaining().map(AddressLifetime::of);
    }

    /**
     * Keeps the addresses on their interfaces for longer, if the lease runs; more often than once a second does
     * nothing.
     */
    public void keep() throws DatapathException {
        long now = System.nanoTime();
        if (present.isEmpty() || now - keptNanos < KEEP_EVERY.toNanos()) {
            return;
        }
        Optional<AddressLifetime> lifetime = lifetime();
        if (lifetime.isPresent()) {
            keptNanos = now;
            ip.run(present.stream()
                    .map(placed -> "addr change " + placed + lifetime.get().words(placed.address()))
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

    /** The commands that take the addresses off all interfaces, for {@link #removed}. */
    public List<String> removal(Collection<IpAddress> addresses) {
        return present.stream()
                .filter(placed -> addresses.contains(placed.address()))
                .map(placed -> "addr del " + placed)
                .toList();
    }

    public void removed(Collection<IpAddress> addresses) {
        present.removeIf(placed -> addresses.contains(placed.address()));
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
        SortedSet<IpAddress> addresses = desired.eipAddresses();
        addresses.removeIf(parent::owns);
        return addresses;
    }

    /** The addresses of an EIP that this node can hold. */
    public static SortedSet<IpAddress> holdable(Eip eip, Parent parent) {
        return eip.addresses().stream()
                .filter(address -> parent.ipv6Enabled() || address.family() == IpFamily.V4)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
