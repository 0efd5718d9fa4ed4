package dev.baton.datapath.linux;

import dev.baton.contract.Mark;
import dev.baton.datapath.DatapathException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes connection tracking entries that a move made wrong: on the former holder those that still translate, on the
 * new one those of its own pods that do not. Established connections then go on at their next packet. The kernel finds
 * them by mark; still, it takes up to seconds with many entries, so it happens beside the moves and never before one.
 */
final class Connections implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

    /** Ten thousand EIPs moved at once, two families each; what comes beyond that is dropped and logged. */
    private static final int LIMIT = 20_000;

    private final OneShot tools;
    private final ExecutorService worker = new ThreadPoolExecutor(
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

    Connections(OneShot tools) {
        this.tools = tools;
    }

    void released(Mark eip) {
        delete(TrafficTable.connectionMark(eip, false));
    }

    void acquired(Mark eip) {
        delete(TrafficTable.connectionMark(eip, true));
    }

    private void delete(String mark) {
        worker.execute(() -> {
            for (String family : List.of("ipv4", "ipv6")) {
                try {
                    // Its status says nothing: it also fails when there was nothing to delete.
                    tools.run("", "conntrack", "-D", "-f", family, "-m", mark);
                } catch (DatapathException e) {
                    LOG.warn("event=conntrack_failed mark={} reason={}", mark, e.getMessage());
                }
            }
        });
    }

    @Override
    public void close() {
        worker.shutdown();
    }
}
