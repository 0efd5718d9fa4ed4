package dev.baton.datapath.linux.conntrack;

import static dev.baton.datapath.linux.netlink.NetlinkAttributes.attribute;
import static dev.baton.datapath.linux.netlink.NetlinkAttributes.joined;
import static dev.baton.datapath.linux.netlink.NetlinkAttributes.number;

import dev.baton.contract.DatapathFault;
import dev.baton.contract.IpAddress;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.linux.netlink.NetlinkSocket;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes connection tracking entries that a move, or a change of policy, made wrong: on the former holder everything
 * that belongs to the EIP, on the new holder the entries that do not translate (of its own pods, and of what it
 * relayed). An established connection then continues at its next packet; a new connection that uses the port of a stale
 * entry would be lost.
 *
 * <p>The kernel finds and deletes the entries by mark, in one call: 24 ms among 45,000 entries, where the tool
 * conntrack, which asks for each by itself, takes 340. On the new holder a thread of its own does it, because a
 * thousand EIPs may move at once; the former holder waits for it.
 */
public final class Connections implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Connections.class);

    /** Ten thousand EIPs may move at once, each released and acquired. Tasks beyond that are dropped and logged. */
    private static final int LIMIT = 20_000;

    private static final int FEW = 4;
    private static final int WAIT_MS = 20;

    /** {@code linux/netfilter/nfnetlink_conntrack.h}: delete all entries that these attributes match. */
    static final int DELETE = 1 << 8 | 2;

    private static final int CTA_STATUS = 3;
    static final int CTA_MARK = 8;
    private static final int CTA_MARK_MASK = 21;
    private static final int CTA_STATUS_MASK = 26;
    /** {@code IPS_SRC_NAT}: its source is translated. */
    private static final int TRANSLATED = 1 << 4;

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
            (task, executor) -> log.warn("event=conntrack_backlog limit={}", LIMIT));

    public Connections(Optional<String> namespace) {
        this.namespace = namespace;
    }

    /** Deletes these connections on the other thread. The next packet of each flow begins a new entry. */
    public void forgetLater(ConnectionMark which) {
        Future<?> ignored = delete(marked(which));
    }

    /**
     * Deletes every connection that is translated to one of these addresses, whatever its mark, and returns when a look
     * at the kernel found none: after this no packet leaves with such a source because of an older connection.
     *
     * @param ofEips what the connections of these EIPs are marked with. If the EIPs are few, the kernel deletes what
     *     has their marks, in one call each, and the look finds the rest. If they are many, one look that deletes one
     *     by one is quicker than as many calls that each go through all connections.
     */
    public void forget(Set<IpAddress> addresses, Collection<ConnectionMark> ofEips) throws DatapathException {
        if (ofEips.size() <= FEW) {
            ofEips.forEach(which -> deleteNow(marked(which)));
        }
        TranslatedConnections.delete(namespace, addresses);
    }

    /**
     * Deletes the connections of an EIP that this node has just acquired and that do not translate. A kernel that does
     * not know the second filter deletes all connections of the EIP, which is correct as well, only slower.
     */
    public void acquired(ConnectionMark ofEip) {
        await(delete(joined(marked(ofEip), translated(false))));
    }

    /**
     * Marks connections, and leaves them as they are otherwise.
     *
     * @param markOf empty: the connection keeps its mark
     * @return how many got another mark
     */
    public int mark(Function<TrackedConnection, OptionalInt> markOf) throws DatapathException {
        return MarkedConnections.mark(namespace, markOf);
    }

    private static byte[] marked(ConnectionMark which) {
        return joined(attribute(CTA_MARK, number(which.mark())), attribute(CTA_MARK_MASK, number(which.mask())));
    }

    /** Selects the connections whose source is translated, or those whose source is not. */
    static byte[] translated(boolean yes) {
        return joined(
                attribute(CTA_STATUS, number(yes ? TRANSLATED : 0)), attribute(CTA_STATUS_MASK, number(TRANSLATED)));
    }

    private Future<?> delete(byte[] which) {
        return worker.submit(() -> deleteNow(which));
    }

    /** When a single EIP moves, no packet meets a stale entry after the acknowledgement. A thousand cannot wait. */
    private void await(Future<?> deleted) {
        if (worker.getQueue().size() > FEW) {
            return;
        }
        try {
            deleted.get(WAIT_MS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return; // the deletion continues beside the move
        } catch (ExecutionException e) {
            log.warn("event=conntrack_failed reason=\"{}\"", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void deleteNow(byte[] which) {
        try (var kernel = NetlinkSocket.open(namespace, DatapathFault.FIREWALL)) {
            int error = kernel.call(DELETE, ANY_FAMILY, which);
            if (error != 0) {
                log.warn("event=conntrack_failed error={}", error);
            }
        } catch (DatapathException e) {
            log.warn("event=conntrack_failed reason=\"{}\"", e.getMessage());
        }
    }

    @Override
    public void close() {
        worker.shutdown();
    }
}
