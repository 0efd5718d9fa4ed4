package dev.baton.agent;

import dev.baton.contract.Eip;
import dev.baton.contract.Epoch;
import dev.baton.contract.NodeId;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What this node remembers of the log over restarts: whose it is, and the highest epoch of each EIP that it saw. */
final class SeenEpochs {
    private static final Logger log = LoggerFactory.getLogger(SeenEpochs.class);

    private final NodeId node;
    private final LogFiles files;
    private Optional<String> known;
    private SortedMap<Eip, Epoch> written;
    /** The problem that was logged last; empty: none. */
    private String trouble = "";

    SeenEpochs(NodeId node, LogFiles files, SortedMap<Eip, Epoch> epochs) {
        this.node = node;
        this.files = files;
        this.known = files.cluster();
        this.written = epochs;
    }

    /**
     * @param read the cluster that is read now, if any has answered
     * @return true, once, if it is another one than before: nothing that the other said counts any more
     */
    boolean isOtherCluster(Optional<String> read) {
        if (read.isEmpty() || read.equals(known)) {
            return false;
        }
        try {
            files.enter(read.get());
        } catch (UncheckedIOException e) {
            // Tried again in the next round: what is not written down would be believed after a restart.
            failed("cluster_not_written", e);
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

    /** @return false if they could not be written down: then nothing of them may be obeyed */
    boolean write(SortedMap<Eip, Epoch> epochs) {
        if (epochs.equals(written)) {
            return true;
        }
        try {
            files.writeEpochs(epochs);
        } catch (UncheckedIOException e) {
            failed("epochs_not_written", e);
            return false;
        }
        written = epochs;
        trouble = "";
        return true;
    }

    private void failed(String event, UncheckedIOException e) {
        String reason = String.valueOf(e.getMessage());
        if (!reason.equals(trouble)) {
            log.error("event={} node={} reason=\"{}\"", event, node, reason);
            trouble = reason;
        }
    }
}
