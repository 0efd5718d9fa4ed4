package dev.baton.datapath.linux;

import static dev.baton.datapath.linux.NetlinkAttributes.NESTED;
import static dev.baton.datapath.linux.NetlinkAttributes.attribute;
import static dev.baton.datapath.linux.NetlinkAttributes.each;
import static dev.baton.datapath.linux.NetlinkAttributes.joined;
import static dev.baton.datapath.linux.NetlinkAttributes.text;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A change to the elements of one nft set, as the kernel takes it ({@code linux/netfilter/nf_tables.h}).
 *
 * @param keys the elements; none with a deletion: all
 * @param timeoutMillis how long added elements live
 */
record SetElements(Verb verb, String set, List<byte[]> keys, Optional<Long> timeoutMillis) {
    private static final int NFTA_LIST_TABLE = 1;
    private static final int NFTA_LIST_SET = 2;
    private static final int NFTA_LIST_ELEMENTS = 3;
    private static final int NFTA_LIST_ELEM = 1;
    private static final int NFTA_ELEM_KEY = 1;
    private static final int NFTA_ELEM_TIMEOUT = 4;
    private static final int NFTA_ELEM_EXPIRATION = 5;
    private static final int NFTA_DATA_VALUE = 1;

    /** What is done, by the kernel's message numbers. */
    enum Verb {
        ADD(12),
        LIST(13),
        DELETE(14);

        private final int number;

        Verb(int number) {
            this.number = number;
        }

        int number() {
            return number;
        }
    }

    SetElements {
        keys = List.copyOf(keys);
    }

    static SetElements add(String set, List<byte[]> keys) {
        return new SetElements(Verb.ADD, set, keys, Optional.empty());
    }

    static SetElements add(String set, List<byte[]> keys, long timeoutMillis) {
        return new SetElements(Verb.ADD, set, keys, Optional.of(timeoutMillis));
    }

    static SetElements delete(String set, List<byte[]> keys) {
        return new SetElements(Verb.DELETE, set, keys, Optional.empty());
    }

    /** The attributes of the message, in the host's order except where the kernel wants the network's. */
    byte[] attributes(String table) {
        byte[] list = new byte[0];
        for (byte[] key : keys) {
            byte[] element = attribute(NFTA_ELEM_KEY | NESTED, attribute(NFTA_DATA_VALUE, key));
            if (timeoutMillis.isPresent()) {
                byte[] timeout = ByteBuffer.allocate(Long.BYTES)
                        .putLong(timeoutMillis.get())
                        .array();
                element = joined(element, attribute(NFTA_ELEM_TIMEOUT, timeout));
            }
            list = joined(list, attribute(NFTA_LIST_ELEM | NESTED, element));
        }
        byte[] names = joined(attribute(NFTA_LIST_TABLE, text(table)), attribute(NFTA_LIST_SET, text(set)));
        return keys.isEmpty() ? names : joined(names, attribute(NFTA_LIST_ELEMENTS | NESTED, list));
    }

    /** Reads the elements of one message of a listing. */
    static void read(ByteBuffer message, int from, int to, List<NftSocket.Element> elements) {
        each(
                message,
                from,
                to,
                NFTA_LIST_ELEMENTS,
                list -> each(message, list.from(), list.to(), NFTA_LIST_ELEM, one -> {
                    var left = new ArrayList<Duration>();
                    each(
                            message,
                            one.from(),
                            one.to(),
                            NFTA_ELEM_EXPIRATION,
                            value -> left.add(Duration.ofMillis(message.duplicate()
                                    .order(ByteOrder.BIG_ENDIAN)
                                    .getLong(value.from()))));
                    each(
                            message,
                            one.from(),
                            one.to(),
                            NFTA_ELEM_KEY,
                            key -> each(message, key.from(), key.to(), NFTA_DATA_VALUE, value -> {
                                byte[] bytes = new byte[value.to() - value.from()];
                                message.get(value.from(), bytes);
                                elements.add(new NftSocket.Element(
                                        bytes, left.stream().findFirst()));
                            }));
                }));
    }
}
