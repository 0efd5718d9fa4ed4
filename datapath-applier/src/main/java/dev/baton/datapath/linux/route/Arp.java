package dev.baton.datapath.linux.route;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/** ARP messages for IPv4 on Ethernet (RFC 826), as frames to all machines of a segment. */
public final class Arp {
    public static final int REQUEST = 1;
    public static final int REPLY = 2;

    private static final byte[] BROADCAST = HexFormat.of().parseHex("ffffffffffff");

    private Arp() {}

    /** @param sender its IPv4 address; all zero: it has none */
    public static byte[] frame(int operation, byte[] senderMac, byte[] sender, byte[] targetMac, byte[] target) {
        return ByteBuffer.allocate(42)
                .put(BROADCAST)
                .put(senderMac)
                .putShort((short) 0x0806)
                .putShort((short) 1)
                .putShort((short) 0x0800)
                .put((byte) 6)
                .put((byte) 4)
                .putShort((short) operation)
                .put(senderMac)
                .put(sender)
                .put(targetMac)
                .put(target)
                .array();
    }
}
