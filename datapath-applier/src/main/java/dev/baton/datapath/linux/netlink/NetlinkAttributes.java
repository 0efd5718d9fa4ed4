package dev.baton.datapath.linux.netlink;

import dev.baton.contract.IpAddress;
import dev.baton.contract.MacAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.function.Consumer;

/** The parts of a netlink message: length, type, value, padded to four bytes ({@code linux/netlink.h}). */
public final class NetlinkAttributes {
    public static final int NESTED = 0x8000;

    private static final int TYPE = 0x3fff;
    private static final int HEADER = 4;

    private NetlinkAttributes() {}

    /** Where a value stands in a message. */
    public record Span(int from, int to) {}

    static void each(ByteBuffer message, Span inside, int type, Consumer<Span> found) {
        for (int at = inside.from(); at + HEADER <= inside.to(); ) {
            int length = Short.toUnsignedInt(message.getShort(at));
            if (length < HEADER) {
                throw new IllegalStateException("the kernel sent an attribute of length " + length);
            }
            if ((message.getShort(at + 2) & TYPE) == type) {
                found.accept(new Span(at + HEADER, Math.min(inside.to(), at + length)));
            }
            at += length + 3 & ~3;
        }
    }

    public static byte[] text(String text) {
        return (text + "\0").getBytes(StandardCharsets.US_ASCII);
    }

    static String text(byte[] value) {
        return new String(value, 0, Math.max(0, value.length - 1), StandardCharsets.US_ASCII);
    }

    /** The value of a number that netfilter takes in the network's order. */
    public static byte[] number(int value) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
    }

    public static byte[] number(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }

    /** An address as it is in packets and in sets. */
    public static byte[] address(IpAddress address) {
        byte[] number = address.number().toByteArray();
        byte[] bytes = new byte[address.family().bits() / 8];
        int length = Math.min(number.length, bytes.length);
        System.arraycopy(number, number.length - length, bytes, bytes.length - length, length);
        return bytes;
    }

    /** An Ethernet address as it is in frames. */
    public static byte[] address(MacAddress address) {
        return HexFormat.ofDelimiter(":").parseHex(address.value());
    }

    public static byte[] attribute(int type, byte[] value) {
        int length = HEADER + value.length;
        return ByteBuffer.allocate(length + 3 & ~3)
                .order(ByteOrder.nativeOrder())
                .putShort((short) length)
                .putShort((short) type)
                .put(value)
                .array();
    }

    public static byte[] joined(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        var all = ByteBuffer.allocate(length);
        for (byte[] part : parts) {
            all.put(part);
        }
        return all.array();
    }
}
