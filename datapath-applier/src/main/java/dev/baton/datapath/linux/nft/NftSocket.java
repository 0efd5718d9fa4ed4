package dev.baton.datapath.linux.nft;

import dev.baton.contract.DatapathFault;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.linux.netlink.NetlinkSocket;
import dev.baton.datapath.linux.nft.SetElements.Element;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Changes elements of nft sets by netlink, one transaction a call. The nft tool first reads all sets and chains of the
 * node, also other components': 70 ms beside a thousand, and more on a busy machine, where a lease must be renewed
 * within 40. A netlink transaction takes the same time whatever else is there. Used by one thread.
 */
public final class NftSocket implements AutoCloseable {
    /** The error of a transaction that names an element or set that is not there. */
    public static final int ENOENT = 2;

    private static final int NFTABLES = 10;
    private static final int BATCH_BEGIN = 0x10;
    private static final int BATCH_END = 0x11;

    private final NetlinkSocket kernel;
    private final String table;

    private NftSocket(NetlinkSocket kernel, String table) {
        this.kernel = kernel;
        this.table = table;
    }

    /** A change to a set of the table of this family. */
    public record Change(NftFamily family, SetElements elements) {}

    /** @param table the name of one in each family that is asked for */
    public static NftSocket open(Optional<String> namespace, String table) throws DatapathException {
        return open(namespace, table, DatapathFault.LEASE);
    }

    /** @param fault what is broken if the kernel does not answer */
    static NftSocket open(Optional<String> namespace, String table, DatapathFault fault) throws DatapathException {
        return new NftSocket(NetlinkSocket.open(namespace, fault), table);
    }

    /** Makes all changes or none. @return 0, or the number of the error because of which none was made */
    public int transaction(List<Change> changes) throws DatapathException {
        var batch = new ByteArrayOutputStream();
        int begin = kernel.next();
        batch.writeBytes(kernel.message(BATCH_BEGIN, NetlinkSocket.REQUEST, 0, NFTABLES, new byte[0]));
        for (Change change : changes) {
            SetElements elements = change.elements;
            kernel.next();
            int flags = NetlinkSocket.REQUEST
                    | NetlinkSocket.ACK
                    | (elements.verb() == SetElements.Verb.ADD ? NetlinkSocket.CREATE : 0);
            batch.writeBytes(
                    kernel.message(type(elements), flags, change.family.number(), 0, elements.attributes(table)));
        }
        int last = kernel.next() - 1;
        batch.writeBytes(kernel.message(BATCH_END, NetlinkSocket.REQUEST, 0, NFTABLES, new byte[0]));
        kernel.send(batch.toByteArray());
        var errors = new ArrayList<Integer>();
        kernel.await(answer -> {
            // A call that was given up may have left an answer unread: that one is not about this transaction.
            if (!answer.isVerdict() || answer.sequence() - begin < 0) {
                return false;
            }
            errors.add(answer.error());
            return answer.sequence() == last || answer.sequence() == begin;
        });
        return errors.stream().filter(error -> error != 0).findFirst().orElse(0);
    }

    private static int type(SetElements change) {
        return NFTABLES << 8 | change.verb().number();
    }

    /** The elements that a set has now, without those that have timed out. */
    public List<Element> elements(NftFamily family, String set) throws DatapathException {
        var list = new SetElements(SetElements.Verb.LIST, set, List.of(), Optional.empty());
        var elements = new ArrayList<Element>();
        kernel.list(
                "set " + set,
                type(list),
                family.number(),
                list.attributes(table),
                answer -> SetElements.read(answer, elements));
        return elements;
    }

    /** Whether a set has this element now. */
    public boolean has(NftFamily family, String set, byte[] key) throws DatapathException {
        var one = new SetElements(SetElements.Verb.LIST, set, List.of(key), Optional.empty());
        return !kernel.get(type(one), family.number(), one.attributes(table)).isVerdict();
    }

    @Override
    public void close() {
        kernel.close();
    }
}
