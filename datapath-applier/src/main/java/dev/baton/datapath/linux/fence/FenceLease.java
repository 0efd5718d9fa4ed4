package dev.baton.datapath.linux.fence;

import dev.baton.contract.DatapathFault;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.KernelLease;
import dev.baton.datapath.linux.nft.NftSocket;
import dev.baton.datapath.linux.nft.SetElements;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
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

    private final LongSupplier nanoTime;
    private final FenceSets sets;

    /** @param nanoTime {@link System#nanoTime}; a test adds a pause to it */
    public FenceLease(Optional<String> namespace, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.sets = new FenceSets(namespace);
    }

    /** Fails unless this kernel times elements out and refuses to delete a missing one. Touches no lease. */
    public synchronized void proveThatTheKernelCan() throws DatapathException {
        sets.transaction(List.of(SetElements.delete("probe", ONE)));
        sets.require(List.of(SetElements.add("probe", ONE, 60_000)));
        sets.require(List.of(SetElements.delete("probe", ONE), SetElements.add("probe", ONE, 30_000)));
        var left = shortest("probe");
        sets.require(List.of(SetElements.delete("probe", ONE)));
        boolean refused = sets.transaction(List.of(SetElements.delete("probe", ONE))) == NftSocket.ENOENT;
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
        // If one protocol is missing, its frames are stopped: the lease does not count as running.
        return sets.elements("alive").size() < PROTOCOLS.size() ? Optional.empty() : shortest("alive");
    }

    private void armGuard() throws DatapathException {
        SetElements add = SetElements.add("guard", ONE, GUARD_MS);
        sets.require(List.of(add, SetElements.delete("guard", ONE), add));
    }

    private Optional<Duration> shortest(String set) throws DatapathException {
        return sets.elements(set).stream()
                .flatMap(element -> element.left().stream())
                .min(Comparator.naturalOrder());
    }

    @Override
    public synchronized void close() {
        sets.close();
    }
}
