package dev.baton.datapath.linux;

import static dev.baton.datapath.linux.NetlinkAttributes.attribute;
import static dev.baton.datapath.linux.NetlinkAttributes.text;

import dev.baton.contract.DatapathFault;
import dev.baton.datapath.DatapathException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * Whether a device takes packets whose sources the node would answer by another ({@code rp_filter}). Set by a message
 * to the kernel ({@code linux/if_link.h}, {@code linux/ip.h}), which needs no more than NET_ADMIN: a container sees
 * {@code
 * /proc/sys} read-only unless it is privileged.
 */
final class ReversePath {
    /** The sources only need a route by some device. */
    static final String LOOSE = "2";

    private static final int SET_LINK = 19;
    private static final int AF_UNSPEC = 0;
    private static final int AF_INET = 2;
    private static final int LINK_NAME = 3;
    private static final int LINK_OF_FAMILIES = 26;
    private static final int INET_CONF = 1;
    private static final int RP_FILTER = 8;
    private static final int ENODEV = 19;

    /**
     * Of the link's header, after what all messages begin with: the number of the link, to be found by name, and flags.
     */
    private static final byte[] BY_NAME = new byte[3 * Integer.BYTES];

    private ReversePath() {}

    /** @return false if there is no such device any more */
    static boolean loosen(Optional<String> namespace, String device) throws DatapathException {
        byte[] value = ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.nativeOrder())
                .putInt(Integer.parseInt(LOOSE))
                .array();
        byte[] families =
                attribute(LINK_OF_FAMILIES, attribute(AF_INET, attribute(INET_CONF, attribute(RP_FILTER, value))));
        byte[] message = NetlinkAttributes.joined(
                BY_NAME, NetlinkAttributes.joined(attribute(LINK_NAME, text(device)), families));
        try (var kernel = NetlinkSocket.toRouting(namespace, DatapathFault.TUNNEL_DEVICE)) {
            int error = kernel.call(SET_LINK, AF_UNSPEC, message);
            if (error != 0 && error != ENODEV) {
                throw new DatapathException(
                        DatapathFault.TUNNEL_DEVICE, "rp_filter of " + device + " cannot be set: error " + error);
            }
            return error == 0;
        }
    }
}
