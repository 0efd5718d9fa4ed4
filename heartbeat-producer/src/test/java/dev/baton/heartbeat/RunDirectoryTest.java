package dev.baton.heartbeat;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.baton.contract.NodeId;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {
    private static final NodeId NODE = new NodeId("node1");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void isUsedByOneAgentAtATime() throws IOException {
        try (var run = RunDirectory.open(directory, NODE)) {
            assertThrows(IOException.class, () -> RunDirectory.open(run.path(), NODE));
        }
        RunDirectory.open(directory, NODE).close();
    }
}
