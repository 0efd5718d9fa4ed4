package dev.baton.datapath.linux.netlink;

import dev.baton.datapath.linux.netlink.NetlinkAttributes.Span;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A message from the kernel, where it stands in the datagram that brought it ({@code linux/netlink.h}).
 *
 * @param at where the message begins
 */
public record NetlinkMessage(ByteBuffer datagram, int at) {
    /** The kernel's own header and that of netfilter. */
    static final int HEADER = 20;

    private static final int ERROR = 2;
    private static final int DONE = 3;

    /** The messages of a datagram, in order. */
    public static List<NetlinkMessage> in(ByteBuffer datagram) {
        var messages = new ArrayList<NetlinkMessage>();
        for (int at = 0; at + HEADER <= datagram.limit(); ) {
            messages.add(new NetlinkMessage(datagram, at));
            at += Math.max(HEADER, datagram.getInt(at) + 3 & ~3);
        }
        return messages;
    }

    public int type() {
        return Short.toUnsignedInt(datagram.getShort(at + 4));
    }

    /** The number of the request that this answers. */
    public int sequence() {
        return datagram.getInt(at + 8);
    }

    /** Whether it tells how a request ended, by {@link #error}. */
    public boolean isVerdict() {
        return type() == ERROR;
    }

    /** Whether it ends a list. */
    public boolean isEnd() {
        return type() == DONE;
    }

    /** Of a verdict: 0, or the number of the error. */
    public int error() {
        return -datagram.getInt(at + 16);
    }

    /** Calls {@code found} with each attribute of this type. */
    public void each(int type, Consumer<Span> found) {
        NetlinkAttributes.each(datagram, whole(), type, found);
    }

    /** The same for the attributes that stand inside another one. */
    public void each(Span inside, int type, Consumer<Span> found) {
        NetlinkAttributes.each(datagram, inside, type, found);
    }

    private Span whole() {
        return new Span(at + HEADER, Math.min(datagram.limit(), at + Math.max(HEADER, datagram.getInt(at))));
    }

    public byte[] bytes(Span value) {
        byte[] bytes = new byte[value.to() - value.from()];
        datagram.get(value.from(), bytes);
        return bytes;
    }

    /** A number in the network's order. */
    public long number(Span value) {
        return datagram.duplicate().order(ByteOrder.BIG_ENDIAN).getLong(value.from());
    }

    /** A text, which ends with a zero. */
    public String text(Span value) {
        return NetlinkAttributes.text(bytes(value));
    }
}
