package dev.baton.datapath.linux;

import static dev.baton.datapath.linux.NetlinkAttributes.attribute;
import static dev.baton.datapath.linux.NetlinkAttributes.each;
import static dev.baton.datapath.linux.NetlinkAttributes.joined;
import static dev.baton.datapath.linux.NetlinkAttributes.text;

import dev.baton.contract.DatapathFault;
import dev.baton.datapath.DatapathException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads a named counter of an nft table of family inet ({@code linux/netfilter/nf_tables.h}). The nft tool would first
 * read all rules of the node for it: half a second beside a thousand policies.
 */
final class NftCounter {
    private static final int GET_OBJECT = 10 << 8 | 19;
    private static final int NFPROTO_INET = 1;
    private static final int OBJECT_TABLE = 1;
    private static final int OBJECT_NAME = 2;
    private static final int OBJECT_TYPE = 3;
    private static final int OBJECT_DATA = 4;
    private static final int COUNTER = 1;
    private static final int COUNTER_PACKETS = 2;

    private NftCounter() {}

    /** How many packets it has counted; 0 where there is no such counter. */
    static long packets(Optional<String> namespace, String table, String name) throws DatapathException {
        byte[] which = joined(
                joined(attribute(OBJECT_TABLE, text(table)), attribute(OBJECT_NAME, text(name))),
                attribute(
                        OBJECT_TYPE,
                        ByteBuffer.allocate(Integer.BYTES).putInt(COUNTER).array()));
        try (var kernel = NetlinkSocket.open(namespace, DatapathFault.FIREWALL)) {
            int asked = kernel.next();
            kernel.send(kernel.message(GET_OBJECT, NetlinkSocket.REQUEST, NFPROTO_INET, 0, which));
            while (true) {
                ByteBuffer answer = kernel.receive();
                while (answer.remaining() >= NetlinkSocket.HEADER) {
                    int at = answer.position();
                    if (answer.getInt(at + 8) == asked) {
                        boolean refused = Short.toUnsignedInt(answer.getShort(at + 4)) == NetlinkSocket.NLMSG_ERROR;
                        return refused ? 0 : packets(answer, at + NetlinkSocket.HEADER, at + answer.getInt(at));
                    }
                    NetlinkSocket.skip(answer);
                }
            }
        }
    }

    private static long packets(ByteBuffer message, int from, int to) {
        var packets = new AtomicLong();
        each(
                message,
                from,
                to,
                OBJECT_DATA,
                content -> each(
                        message,
                        content.from(),
                        content.to(),
                        COUNTER_PACKETS,
                        value -> packets.set(
                                message.duplicate().order(ByteOrder.BIG_ENDIAN).getLong(value.from()))));
        return packets.get();
    }
}
