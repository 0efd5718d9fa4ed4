package dev.baton.datapath.linux.nft;

import static dev.baton.datapath.linux.netlink.NetlinkAttributes.attribute;
import static dev.baton.datapath.linux.netlink.NetlinkAttributes.joined;
import static dev.baton.datapath.linux.netlink.NetlinkAttributes.number;
import static dev.baton.datapath.linux.netlink.NetlinkAttributes.text;

import dev.baton.contract.DatapathFault;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.linux.netlink.NetlinkMessage;
import dev.baton.datapath.linux.netlink.NetlinkSocket;
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
                attribute(OBJECT_TABLE, text(table)),
                attribute(OBJECT_NAME, text(name)),
                attribute(OBJECT_TYPE, number(COUNTER)));
        try (var kernel = NetlinkSocket.open(namespace, DatapathFault.FIREWALL)) {
            NetlinkMessage answer = kernel.get(GET_OBJECT, NFPROTO_INET, which);
            return answer.isVerdict() ? 0 : packets(answer);
        }
    }

    private static long packets(NetlinkMessage counter) {
        var packets = new AtomicLong();
        counter.each(
                OBJECT_DATA, data -> counter.each(data, COUNTER_PACKETS, value -> packets.set(counter.number(value))));
        return packets.get();
    }
}
