package dev.baton.agent;

import dev.baton.agent.core.Lineages;
import dev.baton.contract.Eip;
import dev.baton.contract.Epoch;
import dev.baton.contract.FleetId;
import dev.baton.contract.Lineage;
import dev.baton.contract.NodeId;
import dev.baton.contract.Timings;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this node remembers of the logs over restarts: which cluster's they are, the highest epoch of each EIP that it
 * saw, and the fleet's timings.
 */
final class LogMemory {
    private static final Logger log = LoggerFactory.getLogger(LogMemory.class);

    private final NodeId node;
    private final FleetId fleet;
    private final LogFiles files;
    private Optional<String> cluster;
    private Lineages lineages;
    private SortedMap<Eip, Epoch> epochs;
    private Optional<Timings> timings;
    /** Of each event, the problem that was logged last. */
    private final Map<String, String> troubles = new TreeMap<>();

    LogMemory(NodeId node, FleetId fleet, LogFiles files) {
        this.node = node;
        this.fleet = fleet;
        this.files = files;
        this.cluster = files.cluster();
        this.lineages = files.lineages();
        this.epochs = files.epochs();
        this.timings = cluster.flatMap(known -> files.timings(known, fleet));
    }

    Lineages lineages() {
        return lineages;
    }

    SortedMap<Eip, Epoch> epochs() {
        return epochs;
    }

    /**
     * The fleet's, as they were read last. A restarted agent goes on with its lease before it has read the logs again;
     * if it stated a longer timeout of its own meanwhile, the node's next failover would take as long as that.
     */
    Optional<Timings> timings() {
        return timings;
    }

    /**
     * @param read the cluster that is read now, if any has answered
     * @return true, once, if it is another one than before: nothing that the other said counts any more
     */
    boolean isOtherCluster(Optional<String> read) {
        if (read.isEmpty() || read.equals(cluster)) {
            return false;
        }
        try {
            files.enter(read.get());
        } catch (UncheckedIOException e) {
            // Tried again in the next round: what is not written down would be believed after a restart.
            failed("cluster_not_written", e);
            return false;
        }
        boolean another = cluster.isPresent();
        if (another) {
            log.warn("event=other_cluster node={} was={} now={}", node, cluster.get(), read.get());
            epochs = new TreeMap<>();
            timings = Optional.empty();
        }
        cluster = read;
        return another;
    }

    /**
     * Forgets what a lineage said that is not obeyed any more.
     *
     * @return false if it could not be written down: then nothing of it may be obeyed
     */
    boolean write(Lineages read) {
        return read.equals(lineages)
                || isDone("lineage_not_written", () -> {
                    files.write(read);
                    if (lineages.obeyed().isPresent() && !lineages.obeyed().equals(read.obeyed())) {
                        log.warn(
                                "event=other_lineage node={} was={} now={}",
                                node,
                                lineages.obeyed().get(),
                                read.obeyed().map(Lineage::value).orElse("-"));
                        epochs = new TreeMap<>();
                    }
                    lineages = read;
                });
    }

    /** @return false if they could not be written down: then nothing of them may be obeyed */
    boolean write(SortedMap<Eip, Epoch> seen) {
        return seen.equals(epochs)
                || isDone("epochs_not_written", () -> {
                    files.writeEpochs(seen);
                    epochs = seen;
                });
    }

    /** Without them a restarted agent is no less safe, so a failure is only logged. */
    void write(Timings read) {
        Optional<Timings> latest = Optional.of(read);
        if (cluster.isPresent() && !latest.equals(timings)) {
            String of = cluster.get();
            isDone("timings_not_written", () -> {
                files.writeTimings(of, fleet, read);
                timings = latest;
            });
        }
    }

    private boolean isDone(String event, Runnable writing) {
        try {
            writing.run();
        } catch (UncheckedIOException e) {
            failed(event, e);
            return false;
        }
        troubles.remove(event);
        return true;
    }

    private void failed(String event, UncheckedIOException e) {
        String reason = String.valueOf(e.getMessage());
        if (!reason.equals(troubles.put(event, reason))) {
            log.error("event={} node={} reason=\"{}\"", event, node, reason);
        }
    }
}
