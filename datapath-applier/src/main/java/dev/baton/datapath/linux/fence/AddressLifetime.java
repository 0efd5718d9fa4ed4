package dev.baton.datapath.linux.fence;

import dev.baton.contract.IpAddress;
import dev.baton.contract.IpFamily;
import java.time.Duration;

/**
 * How long the kernel keeps an EIP's address on the interface if nobody asks it to: about two leases. The fence stops
 * the frames when the lease ends; but somebody may take the fence away while no agent runs, and then a node that still
 * had the address would answer for it.
 *
 * @param seconds the kernel counts whole ones
 */
record AddressLifetime(long seconds) {
    /** Until the lease of a node that has none yet begins. */
    static final AddressLifetime FIRST = new AddressLifetime(10);

    /** The kernel looks once a second, and two looks may fall between two renewals. */
    private static final long SLACK_SECONDS = 2;

    /** @param left of the lease */
    static AddressLifetime of(Duration left) {
        return new AddressLifetime(2 * left.plusMillis(999).toSeconds() + SLACK_SECONDS);
    }

    /**
     * The words for {@code ip}. Without a preferred lifetime the node never uses an IPv6 address itself; an IPv4 one
     * has none of its own, and it may not be longer than the other.
     */
    String words(IpAddress address) {
        return " valid_lft " + seconds + " preferred_lft " + (address.family() == IpFamily.V6 ? 0 : seconds);
    }
}
