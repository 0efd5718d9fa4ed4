package dev.baton.datapath.linux;

import dev.baton.contract.DatapathFault;
import dev.baton.datapath.DatapathException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Changes elements of nft sets by talking to the kernel itself, one transaction a call. The nft tool first reads all
 * sets and chains of the node, those of others too: 70 ms beside a thousand, and more on a busy machine, where a lease
 * must be renewed within 40. This takes the same time whatever else is there. Used by one thread.
 */
final class NftSocket implements AutoCloseable {
    /** The answer when an element or set is not there. */
    static final int ENOENT = 2;

    private static final int NFTABLES = 10;
    private static final int NFPROTO_NETDEV = 5;
    private static final int BATCH_BEGIN = 0x10;
    private static final int BATCH_END = 0x11;

    private final NetlinkSocket kernel;
    private final String table;

    private NftSocket(NetlinkSocket kernel, String table) {
        this.kernel = kernel;
        this.table = table;
    }

    /** @param table of family netdev */
    static NftSocket open(Optional<String> namespace, String table) throws DatapathException {
        return new NftSocket(NetlinkSocket.open(namespace, DatapathFault.LEASE), table);
    }

    /** Makes all changes or none. @return 0, or the number of the error because of which none was made */
    int transaction(List<SetElements> changes) throws DatapathException {
        var batch = new ByteArrayOutputStream();
        int begin = kernel.next();
        batch.writeBytes(kernel.message(BATCH_BEGIN, NetlinkSocket.REQUEST, 0, NFTABLES, new byte[0]));
        for (SetElements change : changes) {
            kernel.next();
            int type = NFTABLES << 8 | change.verb().number();
            short flags = (short) (NetlinkSocket.REQUEST
                    | NetlinkSocket.ACK
                    | (change.verb() == SetElements.Verb.ADD ? NetlinkSocket.CREATE : 0));
            batch.writeBytes(kernel.message(type, flags, NFPROTO_NETDEV, 0, change.attributes(table)));
        }
        int last = kernel.next() - 1;
        batch.writeBytes(kernel.message(BATCH_END, NetlinkSocket.REQUEST, 0, NFTABLES, new byte[0]));
        kernel.send(batch.toByteArray());
        int error = 0;
        while (true) {
            ByteBuffer answer = kernel.receive();
            while (answer.remaining() >= NetlinkSocket.HEADER) {
                int at = answer.position();
                boolean verdict = Short.toUnsignedInt(answer.getShort(at + 4)) == NetlinkSocket.NLMSG_ERROR;
                int of = answer.getInt(at + 8);
                // What a call that was given up left unread is not about this one.
                if (verdict && of - begin >= 0) {
                    int code = -answer.getInt(at + 16);
                    error = error == 0 ? code : error;
                    if (of == last || of == begin) {
                        return error;
                    }
                }
                NetlinkSocket.skip(answer);
            }
        }
    }

    /** An element of a set, and what is left of its life if it has an end. */
    record Element(byte[] key, Optional<Duration> left) {}

    /** What the set holds now, without what has timed out. */
    List<Element> elements(String set) throws DatapathException {
        int asked = kernel.next();
        var list = new SetElements(SetElements.Verb.LIST, set, List.of(), Optional.empty());
        int type = NFTABLES << 8 | list.verb().number();
        kernel.send(kernel.message(
                type, (short) (NetlinkSocket.REQUEST | NetlinkSocket.DUMP), NFPROTO_NETDEV, 0, list.attributes(table)));
        var elements = new ArrayList<Element>();
        while (true) {
            ByteBuffer answer = kernel.receive();
            while (answer.remaining() >= NetlinkSocket.HEADER) {
                int at = answer.position();
                int length = answer.getInt(at);
                if (answer.getInt(at + 8) == asked) {
                    switch (Short.toUnsignedInt(answer.getShort(at + 4))) {
                        case NetlinkSocket.NLMSG_DONE -> {
                            return elements;
                        }
                        case NetlinkSocket.NLMSG_ERROR ->
                            throw new DatapathException(
                                    DatapathFault.LEASE,
                                    "set " + set + " cannot be read: error " + -answer.getInt(at + 16));
                        default -> SetElements.read(answer, at + NetlinkSocket.HEADER, at + length, elements);
                    }
                }
                NetlinkSocket.skip(answer);
            }
        }
    }

    @Override
    public void close() {
        kernel.close();
    }
}
