package dev.baton.datapath.linux.route;

import static dev.baton.datapath.linux.netlink.NetlinkAttributes.attribute;
import static dev.baton.datapath.linux.netlink.NetlinkAttributes.text;

import dev.baton.contract.DatapathFault;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.linux.netlink.NetlinkAttributes;
import dev.baton.datapath.linux.netlink.NetlinkSocket;
import dev.baton.datapath.linux.tool.RunTool;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * Sets whether a device takes packets whose sources the node would answer by another device ({@code rp_filter}). A
 * message to the kernel does it ({@code linux/if_link.h}, {@code linux/ip.h}), because that needs NET_ADMIN only: a
 * container that is not privileged cannot write below /proc/sys.
 */
public final class ReversePath {
    /** A packet is taken if its source has a route by any device. */
    static final String LOOSE = "2";

    private static final String STRICT = "1";

    private static final int SET_LINK = 19;
    private static final int AF_UNSPEC = 0;
    private static final int AF_INET = 2;
    private static final int LINK_NAME = 3;
    private static final int LINK_OF_FAMILIES = 26;
    private static final int INET_CONF = 1;
    private static final int RP_FILTER = 8;
    private static final int ENODEV = 19;

    /** The link's part of the header, all zero: the link is found by its name, and no flag changes. */
    private static final byte[] BY_NAME = new byte[3 * Integer.BYTES];

    private ReversePath() {}

    /**
     * Lets an interface take answers from addresses that this node reaches by another one: they come in by the
     * interface that the EIP is on, whichever way the questions left.
     *
     * @return whether it did not take them before
     */
    public static boolean ensureLoose(Optional<String> namespace, String device, RunTool tools)
            throws DatapathException {
        String own = "net.ipv4.conf." + device.replace('.', '/') + ".rp_filter";
        var known = tools.run("", "sysctl", "-n", "net.ipv4.conf.all.rp_filter", own);
        // The kernel goes by the larger of the two.
        boolean strict = known.succeeded()
                && known.output().lines().map(String::strip).anyMatch(STRICT::equals)
                && known.output().lines().map(String::strip).noneMatch(LOOSE::equals);
        return strict && loosen(namespace, device);
    }

    /** @return false if there is no such device any more */
    static boolean loosen(Optional<String> namespace, String device) throws DatapathException {
        byte[] value = ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.nativeOrder())
                .putInt(Integer.parseInt(LOOSE))
                .array();
        byte[] families =
                attribute(LINK_OF_FAMILIES, attribute(AF_INET, attribute(INET_CONF, attribute(RP_FILTER, value))));
        byte[] message = NetlinkAttributes.joined(BY_NAME, attribute(LINK_NAME, text(device)), families);
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
