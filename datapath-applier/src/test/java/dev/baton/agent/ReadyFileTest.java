package dev.baton.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadyFileTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void isTouchedWhileTheAgentIsReadyAndGoneWhenItIsNot() throws IOException {
        Path file = directory.resolve("ready");
        var ready = new ReadyFile(directory, new NodeId("node1"));
        ready.show(false, 0);
        assertFalse(Files.exists(file));
        ready.show(true, 0);
        Files.setLastModifiedTime(file, FileTime.fromMillis(0));
        ready.show(true, SECOND - 1);
        assertEquals(0, Files.getLastModifiedTime(file).toMillis());
        ready.show(true, SECOND);
        assertTrue(Files.getLastModifiedTime(file).toMillis() > 0, "it is as old as before");
        ready.show(false, SECOND + 1);
        assertFalse(Files.exists(file));
    }

    @Test
    void whatAnEarlierProcessHasShownIsRemoved() throws IOException {
        Path file = directory.resolve("ready");
        Files.writeString(file, "node=node1\n");
        new ReadyFile(directory, new NodeId("node1")).remove();
        assertFalse(Files.exists(file));
    }
}
