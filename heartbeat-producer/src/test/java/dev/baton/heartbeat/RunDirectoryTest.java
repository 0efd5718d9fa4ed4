package dev.baton.heartbeat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.Eip;
import dev.baton.contract.Epoch;
import dev.baton.contract.Incarnation;
import dev.baton.contract.NodeId;
import dev.baton.heartbeat.core.Incarnations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {
    private static final NodeId NODE = new NodeId("node1");
    private static final BootId BOOT = new BootId("a");
    private static final RunDirectory.Session SESSION =
            new RunDirectory.Session(new Incarnation(7), OptionalLong.of(123), 1000);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private RunDirectory open(BootId boot) throws IOException {
        return RunDirectory.open(directory, NODE, boot);
    }

    @Test
    void keepsTheSessionAndTheEpochs() throws IOException {
        var epochs = new TreeMap<Eip, Epoch>();
        epochs.put(Eip.parse("10.6.1.55+fd00::55"), new Epoch(9));
        try (var run = open(BOOT)) {
            run.write(SESSION);
            run.writeEpochs(epochs);
        }
        try (var run = open(BOOT)) {
            assertEquals(Optional.of(SESSION), run.session());
            assertEquals(epochs, run.epochs());
        }
    }

    @Test
    void trustsNoLeaseOfAnotherBoot() throws IOException {
        try (var run = open(BOOT)) {
            run.write(SESSION);
        }
        try (var run = open(new BootId("b"))) {
            var session = run.session().orElseThrow();
            assertEquals(OptionalLong.empty(), session.leaseUntilNanos());
            assertEquals(new Incarnation(7), session.incarnation());
        }
    }

    @Test
    void setsADamagedFileAsideAndCountsItAsLost() throws IOException {
        try (var run = open(BOOT)) {
            run.write(SESSION);
            String text = Files.readString(directory.resolve("session"));
            Files.writeString(directory.resolve("session"), text.substring(0, text.length() - 6));
            assertEquals(Optional.empty(), run.session());
            assertTrue(Files.exists(directory.resolve("session.damaged")));
        }
    }

    @Test
    void takesNoSessionOfAnotherNode() throws IOException {
        try (var run = open(BOOT)) {
            run.write(SESSION);
        }
        try (var other = RunDirectory.open(directory, new NodeId("node2"), BOOT)) {
            assertEquals(Optional.empty(), other.session());
        }
    }

    @Test
    void forgetsEpochsWhenTheLogIsAnotherClusters() throws IOException {
        var epochs = new TreeMap<Eip, Epoch>();
        epochs.put(Eip.parse("10.6.1.55"), new Epoch(9));
        try (var run = open(BOOT)) {
            run.writeEpochs(epochs);
            assertEquals(Optional.empty(), run.cluster());
            run.enter("first");
            assertEquals(epochs, run.epochs());
            run.enter("first");
            assertEquals(epochs, run.epochs());
            run.enter("second");
            assertEquals(new TreeMap<>(), run.epochs());
            assertEquals(Optional.of("second"), run.cluster());
        }
    }

    @Test
    void showsReadinessByAFileThatIsWrittenAgain() throws IOException {
        Path file = directory.resolve("ready");
        try (var run = open(BOOT)) {
            run.showReady(false);
            assertFalse(Files.exists(file));
            run.showReady(true);
            Files.setLastModifiedTime(file, FileTime.fromMillis(0));
            run.showReady(true);
            assertTrue(Files.getLastModifiedTime(file).toMillis() > 0, "it is as old as before");
            run.showReady(false);
            assertFalse(Files.exists(file));
        }
    }

    @Test
    void isUsedByOneAgentAtATime() throws IOException {
        try (var run = open(BOOT)) {
            assertThrows(IOException.class, () -> open(BOOT));
        }
        open(BOOT).close();
    }

    @Test
    void numbersASessionAfterALossAboveWhatTheLogShowsAndWhatTimeAllows() {
        var now = Instant.ofEpochMilli(1_000);
        assertEquals(new Incarnation(1_000), Incarnations.afterLoss(new Incarnation(998), now));
        assertEquals(new Incarnation(1_001), Incarnations.afterLoss(new Incarnation(1_000), now));
    }
}
