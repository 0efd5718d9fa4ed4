package dev.baton.datapath.linux.route;

import dev.baton.contract.IpAddress;
import dev.baton.contract.IpFamily;
import dev.baton.contract.MacAddress;
import dev.baton.datapath.linux.netlink.NetlinkAttributes;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;

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
        byte[] hardware = HexFormat.ofDelimiter(":").parseHex(mac.value());
        byte[] number = NetlinkAttributes.address(address);
        return address.family() == IpFamily.V4
                ? List.of(arp(1, hardware, number), arp(2, hardware, number))
                : List.of(advertisement(hardware, number));
    }

    private static byte[] arp(int operation, byte[] mac, byte[] address) {
        return ByteBuffer.allocate(42)
                .put(BROADCAST)
                .put(mac)
                .putShort((short) 0x0806)
                .putShort((short) 1)
                .putShort((short) 0x0800)
                .put((byte) 6)
                .put((byte) 4)
                .putShort((short) operation)
                .put(mac)
                .put(address)
                .put(BROADCAST)
                .put(address)
                .array();
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
