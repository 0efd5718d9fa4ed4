package dev.baton.datapath.linux.path;

import dev.baton.contract.NodeId;
import dev.baton.contract.ObservedPath;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.core.DesiredState;
import dev.baton.datapath.linux.netlink.PacketSocket.Link;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Probes the paths to other nodes, on a thread of its own, so that neither waits for the other: the datapath's thread
 * leaves what is desired and takes what was seen. All else belongs to the probing thread, which works every {@link
 * PathRecord#EVERY}.
 */
public final class PathProbes implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PathProbes.class);

    /** A round takes a millisecond or two. */
    private static final long END_MILLIS = 2_000;

    private final ProbeSockets sockets;
    private final PathRecord record = new PathRecord();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread =
            Thread.ofPlatform().daemon().name("path-probes").unstarted(this::work);

    private volatile @Nullable DesiredState desired;
    private volatile List<ObservedPath> seen = List.of();

    private @Nullable DesiredState planned;
    private Optional<Plan> plan = Optional.empty();
    private String said = "";

    /** @param namespace of {@code ip netns}; empty: this process's own */
    public PathProbes(Optional<String> namespace) {
        sockets = new ProbeSockets(namespace);
    }

    /** From now on it probes what follows from this, which is programmed already. */
    public void aim(DesiredState next) {
        desired = next;
        if (thread.getState() == Thread.State.NEW) {
            thread.start();
        }
    }

    /** By name; without those of which nothing is known yet. */
    public List<ObservedPath> paths() {
        return seen;
    }

    private void work() {
        try (sockets) {
            do {
                try {
                    round();
                } catch (DatapathException | RuntimeException e) {
                    failed(String.valueOf(e.getMessage()));
                }
            } while (!closed.await(PathRecord.EVERY.toNanos(), TimeUnit.NANOSECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Says the same thing once. */
    private void failed(String reason) {
        record.countAnew();
        if (!reason.equals(said)) {
            log.warn("event=paths_not_probed reason=\"{}\"", reason);
            said = reason;
        }
    }

    private void round() throws DatapathException {
        replan();
        if (plan.isPresent()) {
            probe(plan.get());
        } else {
            sockets.close();
        }
        List<ObservedPath> before = seen;
        seen = record.paths();
        tell(before);
    }

    private void tell(List<ObservedPath> before) {
        for (ObservedPath path : seen) {
            boolean wasLost = before.contains(new ObservedPath(path.target(), true));
            if (path.lost() && !wasLost) {
                log.warn("event=path_lost target={}", path.target());
            } else if (!path.lost() && wasLost) {
                log.info("event=path_found target={}", path.target());
            }
        }
    }

    private void replan() {
        DesiredState next = desired;
        if (next != null && next != planned) {
            plan = Plan.of(next);
            planned = next;
            record.aim(plan.<Set<NodeId>>map(now -> now.targets().keySet()).orElse(Set.of()));
        }
    }

    private void probe(Plan now) throws DatapathException {
        Optional<Link> link = sockets.listen(now.pod().family());
        Optional<Set<Long>> cameBack = sockets.cameBack();
        if (link.isEmpty() || cameBack.isEmpty()) {
            record.countAnew(); // without this node's own end of the tunnel it sees nothing of the others'
            return;
        }
        record.judge(System.nanoTime(), cameBack.get());
        for (NodeId target : now.targets().keySet()) {
            long number = record.send(target, System.nanoTime());
            if (!sockets.send(now, target, link.get(), number)) {
                record.notSent(number);
            }
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(END_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
