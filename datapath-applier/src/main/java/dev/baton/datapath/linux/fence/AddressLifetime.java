package dev.baton.datapath.linux.fence;

import dev.baton.contract.IpAddress;
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
     * The words for {@code ip}. Without a preferred lifetime the node never uses an IPv6 address itself, and without a
     * route to itself as to a network nothing is left of it when it is taken away. An IPv4 address has neither.
     */
    String words(IpAddress address) {
        return " valid_lft " + seconds
                + switch (address.family()) {
                    case V4 -> " preferred_lft " + seconds;
                    case V6 -> " preferred_lft 0 noprefixroute";
                };
    }
}
