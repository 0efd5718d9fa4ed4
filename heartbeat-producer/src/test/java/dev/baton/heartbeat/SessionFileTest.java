package dev.baton.heartbeat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.BootId;
import dev.baton.contract.Incarnation;
import dev.baton.contract.NodeId;
import dev.baton.heartbeat.core.SavedSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionFileTest {
    private static final NodeId NODE = new NodeId("node1");
    private static final BootId BOOT = new BootId("a");
    private static final SavedSession SESSION = new SavedSession(
            new Incarnation(7), OptionalLong.of(123), 1000, Duration.ofMillis(2_950), Optional.empty());

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private SessionFile file(NodeId node, BootId boot) {
        return new SessionFile(new AtomicFiles(directory, node), node, boot);
    }

    private SessionFile file() {
        return file(NODE, BOOT);
    }

    @Test
    void keepsTheSession() {
        assertEquals(Optional.empty(), file().read());
        file().write(SESSION);
        assertEquals(Optional.of(SESSION), file().read());
        file().write(SESSION.withoutLease());
        assertEquals(Optional.of(SESSION.withoutLease()), file().read());
    }

    @Test
    void readsWhatAnOlderReleaseWrote() {
        var lines = new TreeMap<String, String>(Map.of(
                "node", "node1",
                "boot", "a",
                "incarnation", "7",
                "lease_until_nanos", "123",
                "sequence_limit", "1000"));
        new AtomicFiles(directory, NODE).replace("session", lines);
        assertEquals(
                Optional.of(new SavedSession(
                        new Incarnation(7), OptionalLong.of(123), 1000, Duration.ZERO, Optional.empty())),
                file().read());
    }

    @Test
    void trustsNoLeaseOfAnotherBoot() {
        file().write(SESSION);
        assertEquals(
                Optional.of(SESSION.withoutLease()), file(NODE, new BootId("b")).read());
    }

    @Test
    void setsADamagedFileAsideAndCountsItAsLost() throws IOException {
        file().write(SESSION);
        String text = Files.readString(directory.resolve("session"));
        Files.writeString(directory.resolve("session"), text.substring(0, text.length() - 6));
        assertEquals(Optional.empty(), file().read());
        assertTrue(Files.exists(directory.resolve("session.damaged")));
    }

    @Test
    void takesNoSessionWhoseNumberIsMissing() throws IOException {
        Files.writeString(
                directory.resolve("session"), "node=node1\nboot=a\nincarnation=7\nlease_until_nanos=none\nend=\n");
        assertEquals(Optional.empty(), file().read());
    }

    @Test
    void takesNoSessionOfAnotherNode() {
        file().write(SESSION);
        assertEquals(Optional.empty(), file(new NodeId("node2"), BOOT).read());
    }

    @Test
    void saysWhichFileCannotBeWritten() throws IOException {
        Files.createDirectory(directory.resolve("session.new"));
        var refused = assertThrows(UncheckedIOException.class, () -> file().write(SESSION));
        assertTrue(String.valueOf(refused.getMessage()).contains(directory.resolve("session") + " cannot be written"));
    }
}
