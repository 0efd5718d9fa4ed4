package dev.baton.datapath.linux.route;

import dev.baton.contract.IpAddress;
import dev.baton.contract.IpFamily;
import dev.baton.contract.MacAddress;
import dev.baton.datapath.linux.netlink.NetlinkAttributes;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * The frames that tell a segment where an address is now. The kernel sends none when an address is added, and without
 * them a neighbour keeps sending to the former holder for seconds.
 */
public final class Announcement {
    private static final byte[] BROADCAST = HexFormat.of().parseHex("ffffffffffff");
    private static final byte[] ALL_NODES_MAC = HexFormat.of().parseHex("333300000001");
    private static final byte[] ALL_NODES = HexFormat.of().parseHex("ff020000000000000000000000000001");
    private static final int NA_LENGTH = 32;

    private Announcement() {}

    /**
     * For IPv4 a gratuitous ARP as request and as reply, because hosts differ in which of them they obey; for IPv6 an
     * unsolicited neighbour advertisement.
     */
    public static List<byte[]> frames(IpAddress address, MacAddress mac) {
        byte[] hardware = NetlinkAttributes.address(mac);
        byte[] number = NetlinkAttributes.address(address);
        return address.family() == IpFamily.V4
                ? Stream.of(Arp.REQUEST, Arp.REPLY)
                        .map(operation -> Arp.frame(operation, hardware, number, BROADCAST, number))
                        .toList()
                : List.of(advertisement(hardware, number));
    }

    private static byte[] advertisement(byte[] mac, byte[] address) {
        byte[] message = ByteBuffer.allocate(NA_LENGTH)
                .put((byte) 136)
                .put((byte) 0)
                .putShort((short) 0)
                .putInt(0x20000000) // override
                .put(address)
                .put((byte) 2)
                .put((byte) 1)
                .put(mac) // target link-layer address
                .array();
        return Icmp6.frame(ALL_NODES_MAC, mac, address, ALL_NODES, message);
    }
}
