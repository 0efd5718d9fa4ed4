package dev.baton.agent;

import dev.baton.contract.Eip;
import dev.baton.contract.Epoch;
import dev.baton.heartbeat.AtomicFiles;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The files of the run directory that say what the node has read of the logs. */
final class LogFiles {
    private static final String EPOCHS = "epochs";
    private static final String CLUSTER = "cluster";
    private static final String ID = "id";

    private final AtomicFiles files;

    LogFiles(AtomicFiles files) {
        this.files = files;
    }

    /** The highest epoch seen of each EIP. */
    SortedMap<Eip, Epoch> epochs() {
        return files.read(EPOCHS, LogFiles::epochs).orElseGet(TreeMap::new);
    }

    private static SortedMap<Eip, Epoch> epochs(SortedMap<String, String> lines) {
        var epochs = new TreeMap<Eip, Epoch>();
        for (String eip : lines.keySet()) {
            epochs.put(Eip.parse(eip), new Epoch(AtomicFiles.number(lines, eip)));
        }
        return epochs;
    }

    void writeEpochs(SortedMap<Eip, Epoch> epochs) {
        var lines = new TreeMap<String, String>();
        epochs.forEach((eip, epoch) -> lines.put(eip.toString(), epoch.toString()));
        files.replace(EPOCHS, lines);
    }

    /** The Kafka cluster whose logs the rest comes from; empty: none was read yet. */
    Optional<String> cluster() {
        return files.read(CLUSTER, lines -> lines.getOrDefault(ID, "")).filter(id -> !id.isEmpty());
    }

    /**
     * From now on these files are about that cluster. Epochs of another one count for nothing there: they are forgotten
     * first, so that a crash in between only leads here again.
     */
    void enter(String cluster) {
        if (cluster().filter(known -> !known.equals(cluster)).isPresent()) {
            writeEpochs(new TreeMap<>());
        }
        var lines = new TreeMap<String, String>();
        lines.put(ID, cluster);
        files.replace(CLUSTER, lines);
    }
}
