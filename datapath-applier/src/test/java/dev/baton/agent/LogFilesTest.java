package dev.baton.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.baton.contract.Eip;
import dev.baton.contract.Epoch;
import dev.baton.contract.NodeId;
import dev.baton.heartbeat.RunDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFilesTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private static TreeMap<Eip, Epoch> epochs(String eip) {
        var epochs = new TreeMap<Eip, Epoch>();
        epochs.put(Eip.parse(eip), new Epoch(9));
        return epochs;
    }

    private RunDirectory open() throws IOException {
        return RunDirectory.open(directory, new NodeId("node1"));
    }

    @Test
    void keepTheEpochs() throws IOException {
        try (var run = open()) {
            new LogFiles(run.files()).writeEpochs(epochs("10.6.1.55+fd00::55"));
            assertEquals(epochs("10.6.1.55+fd00::55"), new LogFiles(run.files()).epochs());
        }
    }

    @Test
    void forgetEpochsWhenTheLogIsAnotherClusters() throws IOException {
        try (var run = open()) {
            var files = new LogFiles(run.files());
            files.writeEpochs(epochs("10.6.1.55"));
            assertEquals(Optional.empty(), files.cluster());
            files.enter("first");
            assertEquals(epochs("10.6.1.55"), files.epochs());
            files.enter("first");
            assertEquals(epochs("10.6.1.55"), files.epochs());
            files.enter("second");
            assertEquals(new TreeMap<>(), files.epochs());
            assertEquals(Optional.of("second"), files.cluster());
        }
    }
}
