package dev.baton.launcher.agent;

import dev.baton.contract.Eip;
import dev.baton.contract.Epoch;
import dev.baton.contract.NodeId;
import dev.baton.heartbeat.RunDirectory;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What this node remembers of the log over restarts: whose it is, and the highest epoch of each EIP that it saw. */
final class LogMemory {
    private static final Logger log = LoggerFactory.getLogger(LogMemory.class);

    private final NodeId node;
    private final RunDirectory run;
    private Optional<String> known;
    private SortedMap<Eip, Epoch> written;

    LogMemory(NodeId node, RunDirectory run, SortedMap<Eip, Epoch> epochs) {
        this.node = node;
        this.run = run;
        this.known = run.cluster();
        this.written = epochs;
    }

    /**
     * @param read the cluster that is read now, if any has answered
     * @return true, once, if it is another one than before: nothing that the other said counts any more
     */
    boolean changes(Optional<String> read) {
        if (read.isEmpty() || read.equals(known)) {
            return false;
        }
        try {
            run.enter(read.get());
        } catch (UncheckedIOException e) {
            // Tried again in the next round: what is not written down would be believed after a restart.
            log.error("event=cluster_not_written node={} reason=\"{}\"", node, e.getMessage());
            return false;
        }
        boolean another = known.isPresent();
        if (another) {
            log.warn("event=other_cluster node={} was={} now={}", node, known.get(), read.get());
            written = new TreeMap<>();
        }
        known = read;
        return another;
    }

    /** What was seen is written down before it is obeyed: after a restart nothing older may be obeyed. */
    void remember(SortedMap<Eip, Epoch> epochs) {
        if (!epochs.equals(written)) {
            try {
                run.writeEpochs(epochs);
                written = epochs;
            } catch (UncheckedIOException e) {
                log.error("event=epochs_not_written node={} reason=\"{}\"", node, e.getMessage());
            }
        }
    }
}
