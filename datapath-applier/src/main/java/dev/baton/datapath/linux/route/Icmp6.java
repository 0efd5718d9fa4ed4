package dev.baton.datapath.linux.route;

import dev.baton.datapath.linux.netlink.InternetChecksum;
import java.nio.ByteBuffer;

/** ICMPv6 messages of neighbour discovery (RFC 4861), as frames. */
public final class Icmp6 {
    /** Proves that no router has forwarded it. */
    public static final int HOP_LIMIT = 255;

    public static final int PROTOCOL = 58;

    private Icmp6() {}

    /** @param message whose checksum, in the third and fourth byte, is still 0 */
    public static byte[] frame(byte[] toMac, byte[] fromMac, byte[] source, byte[] destination, byte[] message) {
        int checksum = checksum(source, destination, message);
        return ByteBuffer.allocate(14 + 40 + message.length)
                .put(toMac)
                .put(fromMac)
                .putShort((short) 0x86dd)
                .putInt(0x60000000)
                .putShort((short) message.length)
                .put((byte) PROTOCOL)
                .put((byte) HOP_LIMIT)
                .put(source)
                .put(destination)
                .put(message)
                .putShort(14 + 40 + 2, (short) checksum)
                .array();
    }

    /** Of a message with a checksum of 0; of one with its checksum, 0 if that is right. */
    public static int checksum(byte[] source, byte[] destination, byte[] message) {
        var covered = ByteBuffer.allocate(source.length + destination.length + message.length)
                .put(source)
                .put(destination)
                .put(message);
        return InternetChecksum.of(covered, 0, covered.capacity(), message.length + PROTOCOL);
    }
}
