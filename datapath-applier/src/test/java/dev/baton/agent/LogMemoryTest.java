package dev.baton.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.agent.core.Lineages;
import dev.baton.contract.Eip;
import dev.baton.contract.Epoch;
import dev.baton.contract.FleetId;
import dev.baton.contract.Lineage;
import dev.baton.contract.NodeId;
import dev.baton.contract.Timings;
import dev.baton.heartbeat.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogMemoryTest {
    private static final NodeId NODE = new NodeId("node1");
    private static final FleetId FLEET = new FleetId("alpha");
    private static final Timings FAST =
            new Timings(Duration.ofMillis(50), Duration.ofMillis(25), Duration.ofMillis(300));

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private RunDirectory run;

    @BeforeEach
    void open() throws IOException {
        run = RunDirectory.open(directory, NODE);
    }

    @AfterEach
    void close() {
        run.close();
    }

    /** As an agent that starts finds it. */
    private LogMemory memory(FleetId fleet) {
        return new LogMemory(NODE, fleet, new LogFiles(run.files()));
    }

    private LogMemory inCluster(String cluster) {
        LogMemory memory = memory(FLEET);
        memory.isOtherCluster(Optional.of(cluster));
        return memory;
    }

    private static TreeMap<Eip, Epoch> epochs() {
        var epochs = new TreeMap<Eip, Epoch>();
        epochs.put(Eip.parse("10.6.1.55"), new Epoch(9));
        return epochs;
    }

    @Test
    void remembersTheFleetsTimingsOverARestart() {
        assertEquals(Optional.empty(), memory(FLEET).timings());
        inCluster("first").write(FAST);
        assertEquals(Optional.of(FAST), memory(FLEET).timings());
        inCluster("first").write(Timings.DEFAULT);
        assertEquals(Optional.of(Timings.DEFAULT), memory(FLEET).timings());
    }

    @Test
    void timingsOfAnotherFleetAreNotItsOwn() {
        inCluster("first").write(FAST);
        assertEquals(Optional.empty(), memory(new FleetId("beta")).timings());
    }

    @Test
    void anotherClusterMakesItForgetEpochsAndTimings() {
        LogMemory memory = inCluster("first");
        memory.write(FAST);
        assertTrue(memory.write(epochs()));
        assertTrue(memory.isOtherCluster(Optional.of("second")));
        assertEquals(Optional.empty(), memory.timings());
        assertEquals(new TreeMap<>(), memory.epochs());
        assertEquals(Optional.empty(), memory(FLEET).timings(), "nor after a restart");
        assertEquals(new TreeMap<>(), memory(FLEET).epochs());
    }

    @Test
    void anotherLineageMakesItForgetEpochs() {
        LogMemory memory = inCluster("first");
        var obeyed = new Lineages(Optional.of(Lineage.of(1)), List.of());
        assertTrue(memory.write(obeyed));
        assertTrue(memory.write(epochs()));
        assertEquals(epochs(), memory(FLEET).epochs());
        var entered = new Lineages(Optional.of(Lineage.of(2)), List.of(Lineage.of(1)));
        assertTrue(memory.write(entered));
        assertEquals(new TreeMap<>(), memory.epochs());
        assertEquals(new TreeMap<>(), memory(FLEET).epochs(), "nor after a restart");
        assertEquals(entered, memory(FLEET).lineages());
    }

    @Test
    void timingsThatMakeNoSenseAreSetAside() throws IOException {
        inCluster("first").write(FAST);
        Path file = directory.resolve("timings");
        Files.writeString(file, Files.readString(file).replace("=300", "=3"));
        assertEquals(Optional.empty(), memory(FLEET).timings());
        assertTrue(Files.exists(directory.resolve("timings.damaged")));
    }

    @Test
    void epochsThatCannotBeWrittenAreNotSeen() throws IOException {
        LogMemory memory = inCluster("first");
        Path blocked = Files.createDirectory(directory.resolve("epochs.new"));
        assertFalse(memory.write(epochs()));
        assertEquals(new TreeMap<>(), memory.epochs());
        Files.delete(blocked);
        assertTrue(memory.write(epochs()));
    }

    @Test
    void timingsThatCannotBeWrittenAreWrittenLater() throws IOException {
        LogMemory memory = inCluster("first");
        Path blocked = Files.createDirectory(directory.resolve("timings.new"));
        memory.write(FAST);
        Files.delete(blocked);
        memory.write(FAST);
        assertEquals(Optional.of(FAST), memory(FLEET).timings());
    }
}
