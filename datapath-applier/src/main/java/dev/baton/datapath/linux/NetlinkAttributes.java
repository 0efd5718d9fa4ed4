package dev.baton.datapath.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** What netlink's messages are made of: length, type, value, padded to four bytes ({@code linux/netlink.h}). */
final class NetlinkAttributes {
    static final int NESTED = 0x8000;

    private static final int TYPE = 0x3fff;
    private static final int HEADER = 4;

    private NetlinkAttributes() {}

    /** Where a value stands in a message. */
    record Span(int from, int to) {}

    /** Tells of each attribute of this type in a part of a message. */
    static void each(ByteBuffer message, int from, int to, int type, Consumer<Span> found) {
        for (int at = from; at + HEADER <= to; ) {
            int length = Short.toUnsignedInt(message.getShort(at));
            if (length < HEADER) {
                throw new IllegalStateException("the kernel sent an attribute of length " + length);
            }
            if ((message.getShort(at + 2) & TYPE) == type) {
                found.accept(new Span(at + HEADER, at + length));
            }
            at += length + 3 & ~3;
        }
    }

    static byte[] text(String text) {
        return (text + "\0").getBytes(StandardCharsets.US_ASCII);
    }

    static byte[] attribute(int type, byte[] value) {
        int length = HEADER + value.length;
        return ByteBuffer.allocate(length + 3 & ~3)
                .order(ByteOrder.nativeOrder())
                .putShort((short) length)
                .putShort((short) type)
                .put(value)
                .array();
    }

    static byte[] joined(byte[] first, byte[] second) {
        return ByteBuffer.allocate(first.length + second.length)
                .put(first)
                .put(second)
                .array();
    }
}
