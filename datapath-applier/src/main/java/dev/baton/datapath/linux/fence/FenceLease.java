package dev.baton.datapath.linux.fence;

import dev.baton.contract.DatapathFault;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.KernelLease;
import dev.baton.datapath.linux.nft.NftFamily;
import dev.baton.datapath.linux.nft.NftSocket;
import dev.baton.datapath.linux.nft.SetElements;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * The lease that opens the {@link Fence}: set {@code alive} has one element for each protocol, with a timeout that the
 * kernel checks at each frame.
 *
 * <p>The kernel checks the renewal too. Deleting an element that has timed out fails and undoes the whole transaction;
 * so a renewal deletes and adds each element, and one that comes too late fails. It also deletes a guard element that
 * was set just before the clock was read and lives 40 ms: a process that was stopped in between cannot renew when it
 * wakes. Frames can pass for those 40 ms at most, which the lease's margin (50 ms at least) covers.
 *
 * <p>The lease has a socket of its own, and a lock, because it is renewed while the datapath's thread changes other
 * sets.
 */
public final class FenceLease implements KernelLease, AutoCloseable {
    private static final int GUARD_MS = 40;
    private static final List<byte[]> ONE = List.of(new byte[] {1, 0, 0, 0});

    /** By their Ethernet types: IPv4, IPv6, ARP. */
    private static final List<byte[]> PROTOCOLS =
            List.of(new byte[] {0x08, 0}, new byte[] {(byte) 0x86, (byte) 0xdd}, new byte[] {0x08, 0x06});

    /** A shorter lease would be over before it is in force. */
    private static final Duration SHORTEST = Duration.ofMillis(5);

    private static final Duration ENDS_WITHIN = Duration.ofSeconds(1);
    private static final long POLL_NANOS = 300_000;

    private final LongSupplier nanoTime;
    private final FenceSets sets;

    /** @param nanoTime {@link System#nanoTime}; a test adds a pause to it */
    public FenceLease(Optional<String> namespace, List<NftFamily> families, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.sets = new FenceSets(namespace, families);
    }

    /** From now on, it is the lease of the fence in these families. */
    synchronized void use(List<NftFamily> families) {
        sets.use(families);
    }

    /** Fails unless this kernel times elements out and then refuses to delete them. Touches no lease. */
    public synchronized void proveThatTheKernelCan() throws DatapathException {
        sets.transaction(List.of(SetElements.delete("probe", ONE)));
        sets.require(List.of(SetElements.add("probe", ONE, 60_000)));
        sets.require(List.of(SetElements.delete("probe", ONE), SetElements.add("probe", ONE, 30_000)));
        var left = shortest("probe");
        sets.require(List.of(SetElements.delete("probe", ONE)));
        sets.require(List.of(SetElements.add("probe", ONE, SHORTEST.toMillis())));
        awaitEnd("probe");
        boolean refused = sets.transaction(List.of(SetElements.delete("probe", ONE))) == NftSocket.ENOENT;
        boolean timed = left.isPresent()
                && left.get().compareTo(Duration.ofSeconds(30)) <= 0
                && left.get().compareTo(Duration.ofSeconds(20)) > 0;
        if (!refused || !timed) {
            throw new DatapathException(
                    DatapathFault.LEASE,
                    "the kernel does not enforce leases: an element of 30 s reads back as " + left
                            + (refused ? "" : ", and deleting one that has timed out does not fail"));
        }
    }

    private void awaitEnd(String set) throws DatapathException {
        long deadline = System.nanoTime() + ENDS_WITHIN.toNanos();
        while (shortest(set).isPresent()) {
            if (System.nanoTime() - deadline > 0) {
                throw new DatapathException(
                        DatapathFault.LEASE, "an element of " + SHORTEST + " is there after " + ENDS_WITHIN);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    @Override
    public synchronized void begin(long untilNanos) throws DatapathException {
        armGuard();
        Duration left = Duration.ofNanos(untilNanos - nanoTime.getAsLong());
        if (left.compareTo(SHORTEST) < 0) {
            throw new DatapathException(DatapathFault.LEASE, "a lease that ends in " + left + " cannot begin");
        }
        // A former lease that still runs is replaced, not prolonged.
        SetElements put = SetElements.add("alive", PROTOCOLS, left.toMillis());
        sets.require(List.of(SetElements.delete("guard", ONE), put, SetElements.delete("alive", PROTOCOLS), put));
    }

    @Override
    public synchronized Renewal renew(long untilNanos) throws DatapathException {
        armGuard();
        Duration left = Duration.ofNanos(untilNanos - nanoTime.getAsLong());
        if (left.compareTo(SHORTEST) < 0) {
            return remaining().isPresent() ? Renewal.TOO_LATE : Renewal.LAPSED;
        }
        int error = sets.transaction(List.of(
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
    public synchronized void revoke() throws DatapathException {
        sets.require(List.of(SetElements.delete("alive", List.of())));
    }

    @Override
    public synchronized Optional<Duration> remaining() throws DatapathException {
        // If one protocol is missing anywhere, its frames are stopped: the lease does not count as running.
        boolean whole = sets.elements("alive").stream().allMatch(table -> table.size() >= PROTOCOLS.size());
        return whole ? shortest("alive") : Optional.empty();
    }

    private void armGuard() throws DatapathException {
        SetElements add = SetElements.add("guard", ONE, GUARD_MS);
        sets.require(List.of(add, SetElements.delete("guard", ONE), add));
    }

    private Optional<Duration> shortest(String set) throws DatapathException {
        return sets.elements(set).stream()
                .flatMap(List::stream)
                .flatMap(element -> element.left().stream())
                .min(Comparator.naturalOrder());
    }

    @Override
    public synchronized void close() {
        sets.close();
    }
}
