package dev.baton.datapath.linux;

import static dev.baton.datapath.linux.NetlinkAttributes.attribute;
import static dev.baton.datapath.linux.NetlinkAttributes.joined;

import dev.baton.contract.DatapathFault;
import dev.baton.contract.IpAddress;
import dev.baton.contract.Mark;
import dev.baton.datapath.DatapathException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes connection tracking entries that a move, or a change of policy, made wrong: on the former holder all that it
 * knows of the EIP, on the new one those that do not translate, of its own pods and of what it relayed. Established
 * connections then go on at their next packet; a new connection that uses a port of such an entry again would be lost.
 *
 * <p>The kernel finds and deletes them by mark, in one call: 24 ms among 45,000 entries, where the tool conntrack,
 * which asks for each by itself, takes 340. On the new holder it happens beside the moves, of which there may be a
 * thousand at once; the former holder waits for it.
 */
final class Connections implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

    /** Ten thousand EIPs moved at once, each let go and taken; what comes beyond that is dropped and logged. */
    private static final int LIMIT = 20_000;

    private static final int FEW = 4;
    private static final int WAIT_MS = 20;

    /** {@code linux/netfilter/nfnetlink_conntrack.h}: delete all entries that these attributes match. */
    static final int DELETE = 1 << 8 | 2;

    static final int CTA_STATUS = 3;
    private static final int CTA_MARK = 8;
    private static final int CTA_MARK_MASK = 21;
    static final int CTA_STATUS_MASK = 26;
    /** {@code IPS_SRC_NAT}: its source is translated. */
    static final int TRANSLATED = 1 << 4;

    private static final int ANY_FAMILY = 0;

    private final Optional<String> namespace;
    private final ThreadPoolExecutor worker = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(LIMIT),
            task -> {
                var thread = new Thread(task, "conntrack");
                thread.setDaemon(true);
                return thread;
            },
            (task, executor) -> LOG.warn("event=conntrack_backlog limit={}", LIMIT));

    Connections(Optional<String> namespace) {
        this.namespace = namespace;
    }

    /** Which entries: those whose mark, where the mask has ones, is this. */
    record Marked(int mark, int mask) {}

    /** What began when something else was wanted is begun anew by its next packet. */
    void forgetOlder() {
        Future<?> ignored = delete(marked(TrafficTable.OLDER_MARK));
    }

    /**
     * Deletes every connection that is translated to one of these addresses, whatever else is known of it, and returns
     * when a look at the kernel found none: after this no packet leaves with such a source because of an older one.
     *
     * @param marks of the EIPs; of a few, the kernel deletes what has their marks in one call each, and the look finds
     *     what is left. Of many, one look that deletes one by one is quicker than as many calls that each go through
     *     all.
     */
    void forget(Set<IpAddress> addresses, Collection<Mark> marks) throws DatapathException {
        if (marks.size() <= FEW) {
            marks.forEach(mark -> deleteNow(marked(TrafficTable.connectionsOf(mark))));
        }
        TranslatedConnections.delete(namespace, addresses);
    }

    /** A kernel that does not know the second filter deletes all of the EIP: right too, if a moment later. */
    void acquired(Mark eip) {
        byte[] untranslated = joined(number(CTA_STATUS, 0), number(CTA_STATUS_MASK, TRANSLATED));
        await(delete(joined(marked(TrafficTable.connectionsOf(eip)), untranslated)));
    }

    private static byte[] marked(Marked which) {
        return joined(number(CTA_MARK, which.mark), number(CTA_MARK_MASK, which.mask));
    }

    static byte[] number(int type, int value) {
        return attribute(type, ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
    }

    private Future<?> delete(byte[] which) {
        return worker.submit(() -> deleteNow(which));
    }

    /** Of a single move: then no packet meets such an entry once it is acknowledged. Of a thousand there is no time. */
    private void await(Future<?> deleted) {
        if (worker.getQueue().size() > FEW) {
            return;
        }
        try {
            deleted.get(WAIT_MS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return; // it goes on beside the move
        } catch (ExecutionException e) {
            LOG.warn("event=conntrack_failed reason=\"{}\"", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void deleteNow(byte[] which) {
        try (var kernel = NetlinkSocket.open(namespace, DatapathFault.FIREWALL)) {
            int error = kernel.call(DELETE, ANY_FAMILY, which);
            if (error != 0) {
                LOG.warn("event=conntrack_failed error={}", error);
            }
        } catch (DatapathException e) {
            LOG.warn("event=conntrack_failed reason=\"{}\"", e.getMessage());
        }
    }

    @Override
    public void close() {
        worker.shutdown();
    }
}
