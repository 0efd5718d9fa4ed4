package dev.baton.datapath.linux.nft;

import static dev.baton.datapath.linux.netlink.NetlinkAttributes.NESTED;
import static dev.baton.datapath.linux.netlink.NetlinkAttributes.attribute;
import static dev.baton.datapath.linux.netlink.NetlinkAttributes.joined;
import static dev.baton.datapath.linux.netlink.NetlinkAttributes.number;
import static dev.baton.datapath.linux.netlink.NetlinkAttributes.text;

import dev.baton.datapath.linux.netlink.NetlinkMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A change to the elements of one nft set, as the kernel takes it ({@code linux/netfilter/nf_tables.h}).
 *
 * @param keys the elements; none, in a deletion: all elements of the set
 * @param timeoutMillis how long added elements live
 */
public record SetElements(Verb verb, String set, List<byte[]> keys, Optional<Long> timeoutMillis) {
    private static final int NFTA_LIST_TABLE = 1;
    private static final int NFTA_LIST_SET = 2;
    private static final int NFTA_LIST_ELEMENTS = 3;
    private static final int NFTA_LIST_ELEM = 1;
    private static final int NFTA_ELEM_KEY = 1;
    private static final int NFTA_ELEM_TIMEOUT = 4;
    private static final int NFTA_ELEM_EXPIRATION = 5;
    private static final int NFTA_DATA_VALUE = 1;

    /** What to do, with the number of the kernel's message. */
    public enum Verb {
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

    public SetElements {
        keys = List.copyOf(keys);
    }

    public static SetElements add(String set, List<byte[]> keys) {
        return new SetElements(Verb.ADD, set, keys, Optional.empty());
    }

    public static SetElements add(String set, List<byte[]> keys, long timeoutMillis) {
        return new SetElements(Verb.ADD, set, keys, Optional.of(timeoutMillis));
    }

    public static SetElements delete(String set, List<byte[]> keys) {
        return new SetElements(Verb.DELETE, set, keys, Optional.empty());
    }

    /** The attributes of the message, in the host's order except where the kernel wants the network's. */
    byte[] attributes(String table) {
        byte[] list = new byte[0];
        for (byte[] key : keys) {
            byte[] element = attribute(NFTA_ELEM_KEY | NESTED, attribute(NFTA_DATA_VALUE, key));
            if (timeoutMillis.isPresent()) {
                element = joined(element, attribute(NFTA_ELEM_TIMEOUT, number(timeoutMillis.get())));
            }
            list = joined(list, attribute(NFTA_LIST_ELEM | NESTED, element));
        }
        byte[] names = joined(attribute(NFTA_LIST_TABLE, text(table)), attribute(NFTA_LIST_SET, text(set)));
        return keys.isEmpty() ? names : joined(names, attribute(NFTA_LIST_ELEMENTS | NESTED, list));
    }

    /** An element of a set, and how long it still lives if it has a timeout. */
    public record Element(byte[] key, Optional<Duration> left) {}

    /** Adds the elements of one message of a list. */
    static void read(NetlinkMessage message, List<Element> elements) {
        message.each(
                NFTA_LIST_ELEMENTS,
                list -> message.each(list, NFTA_LIST_ELEM, element -> {
                    var left = new ArrayList<Duration>(1);
                    message.each(
                            element, NFTA_ELEM_EXPIRATION, value -> left.add(Duration.ofMillis(message.number(value))));
                    message.each(
                            element,
                            NFTA_ELEM_KEY,
                            key -> message.each(
                                    key,
                                    NFTA_DATA_VALUE,
                                    value -> elements.add(new Element(
                                            message.bytes(value), left.stream().findFirst()))));
                }));
    }
}
