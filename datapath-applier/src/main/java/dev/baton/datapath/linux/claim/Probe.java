package dev.baton.datapath.linux.claim;

import dev.baton.contract.IpAddress;
import dev.baton.contract.IpFamily;
import dev.baton.contract.MacAddress;
import dev.baton.datapath.linux.netlink.NetlinkAttributes;
import dev.baton.datapath.linux.route.Arp;
import dev.baton.datapath.linux.route.Icmp6;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * The question whether anyone has an address (RFC 5227 for IPv4, RFC 4862 for IPv6). Its sender has no address, so it
 * changes what no neighbour knows, and the fence lets it out.
 */
final class Probe {
    private static final byte[] NO_ADDRESS = new byte[4];
    private static final byte[] NO_MAC = new byte[6];
    private static final byte[] SOLICITED_NODE = HexFormat.of().parseHex("ff0200000000000000000001ff000000");

    private Probe() {}

    static byte[] frame(IpAddress address, MacAddress from) {
        byte[] mac = NetlinkAttributes.address(from);
        byte[] target = NetlinkAttributes.address(address);
        return address.family() == IpFamily.V4
                ? Arp.frame(Arp.REQUEST, mac, NO_ADDRESS, NO_MAC, target)
                : solicitation(mac, target);
    }

    private static byte[] solicitation(byte[] mac, byte[] target) {
        byte[] group = SOLICITED_NODE.clone();
        System.arraycopy(target, 13, group, 13, 3);
        byte[] groupMac = ByteBuffer.allocate(6)
                .putShort((short) 0x3333)
                .put(group, 12, 4)
                .array();
        byte[] message = ByteBuffer.allocate(24).put((byte) 135).put(8, target).array();
        return Icmp6.frame(groupMac, mac, new byte[16], group, message);
    }
}
