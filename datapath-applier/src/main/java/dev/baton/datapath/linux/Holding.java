package dev.baton.datapath.linux;

import dev.baton.contract.DatapathFault;
import dev.baton.contract.Eip;
import dev.baton.contract.IpAddress;
import dev.baton.contract.IpFamily;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.core.DesiredState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** The EIP addresses on the parent device and the fence's membership, as they are in the kernel. */
final class Holding {
    /** An IPv6 address becomes local in a work queue of the kernel, 0-25 ms after it was added. */
    private static final Duration LOCAL_WITHIN = Duration.ofMillis(500);

    private static final long POLL_NANOS = 300_000;

    private final ToolChild ip;
    private final Fence fence;
    private SortedSet<IpAddress> present = new TreeSet<>();
    private SortedSet<IpAddress> open = new TreeSet<>();
    private SortedSet<IpAddress> fenced = new TreeSet<>();

    Holding(ToolChild ip, Fence fence) {
        this.ip = ip;
        this.fence = fence;
    }

    /** Reads the kernel. Of the parent's addresses, those are ours that the fence, or the caller, knows as EIPs. */
    boolean read(Parent parent, Set<IpAddress> known) throws DatapathException {
        var before = List.of(present, open, fenced);
        open = fence.held();
        fenced = fence.fenced();
        present = new TreeSet<>();
        for (String line : ip.run(List.of("addr show dev " + parent.name())).lines()) {
            for (IpFamily family : IpFamily.values()) {
                Route.after(Parent.words(line), family == IpFamily.V4 ? "inet" : "inet6")
                        .filter(text -> text.endsWith("/" + family.bits()))
                        .map(text -> IpAddress.parse(text.substring(0, text.indexOf('/'))))
                        .filter(address -> fenced.contains(address) || known.contains(address))
                        .ifPresent(present::add);
            }
        }
        return before.equals(List.of(present, open, fenced));
    }

    /** The addresses of which we have anything: on the interface or open in the fence. */
    SortedSet<IpAddress> anything() {
        var all = new TreeSet<>(present);
        all.addAll(open);
        return all;
    }

    boolean holds(Collection<IpAddress> addresses) {
        return present.containsAll(addresses) && open.containsAll(addresses);
    }

    SortedSet<IpAddress> open() {
        return new TreeSet<>(open);
    }

    /** Has frames with these addresses stopped unless they are held. */
    void fence(SortedSet<IpAddress> addresses) throws DatapathException {
        var missing = without(addresses, fenced);
        fence.fence(missing);
        fenced.addAll(missing);
    }

    SortedSet<IpAddress> fencedBeside(SortedSet<IpAddress> addresses) {
        return without(fenced, addresses);
    }

    void unfence(SortedSet<IpAddress> addresses) throws DatapathException {
        fence.unfence(addresses);
        fenced.removeAll(addresses);
    }

    /** Puts the addresses on the interface and waits until the kernel takes them as its own. */
    void add(Collection<IpAddress> addresses, Parent parent) throws DatapathException {
        var missing = without(new TreeSet<>(addresses), present);
        if (missing.isEmpty()) {
            return;
        }
        var lines = new ArrayList<String>();
        // The IPv6 one first: it takes longer. Without a preferred lifetime the node never chooses it for itself.
        missing.reversed()
                .forEach(address -> lines.add("addr add " + address + "/"
                        + address.family().bits() + " dev " + parent.name()
                        + (address.family() == IpFamily.V6 ? " nodad preferred_lft 0" : "")));
        present.addAll(missing);
        ip.require(DatapathFault.ADDRESS, lines);
        for (IpAddress address : missing) {
            awaitLocal(address);
        }
    }

    /**
     * Before this is true, the node would ask for its next hop with a source that is not yet local, and the answer
     * would be forwarded: a second lost.
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

    void open(Collection<IpAddress> addresses) throws DatapathException {
        fence.hold(addresses);
        open.addAll(addresses);
    }

    /** The commands that take the addresses off the interface, for {@link #removed}. */
    List<String> removal(Collection<IpAddress> addresses, Parent parent) {
        return addresses.stream()
                .filter(present::contains)
                .map(address -> "addr del " + address + "/" + address.family().bits() + " dev " + parent.name())
                .toList();
    }

    void removed(Collection<IpAddress> addresses) {
        present.removeAll(addresses);
    }

    void close(Collection<IpAddress> addresses) throws DatapathException {
        fence.release(addresses);
        open.removeAll(addresses);
    }

    void closeAll() throws DatapathException {
        fence.releaseAll();
        open.clear();
    }

    private static SortedSet<IpAddress> without(SortedSet<IpAddress> all, SortedSet<IpAddress> less) {
        var rest = new TreeSet<>(all);
        rest.removeAll(less);
        return rest;
    }

    /** The addresses of all EIPs but for those that are this node's own, which are never fenced. */
    static SortedSet<IpAddress> addresses(DesiredState desired, Parent on) {
        return desired.eips().keySet().stream()
                .flatMap(eip -> eip.addresses().stream())
                .filter(address -> !on.shape().has(address))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Which of an EIP's addresses this node can hold. */
    static SortedSet<IpAddress> holdable(Eip eip, Parent on) {
        return eip.addresses().stream()
                .filter(address -> on.ipv6Enabled() || address.family() == IpFamily.V4)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
