package dev.baton.e2e;

import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.baton.contract.Assignment;
import dev.baton.contract.Holder;
import dev.baton.contract.NodeId;
import dev.baton.contract.Topics;
import dev.baton.contract.wire.PartitionReader;
import dev.baton.launcher.Connection;
import dev.baton.launcher.LogSetup;
import dev.baton.launcher.broker.BrokerOptions;
import dev.baton.launcher.broker.EmbeddedBroker;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The wall clock of one process is set back: a wrong time server, or a machine that booted ahead of time. */
class WallClockE2E {
    private static final Path LIBRARIES = Path.of("/usr/lib");
    private static final String FAKETIME = "faketime/libfaketimeMT.so.1";
    /**
     * A coordinator that waits for its wall clock waits an hour. One that starts its clients anew took 43 s on a
     * machine of two cores with a load of 20.
     */
    private static final Duration LIMIT = Duration.ofMinutes(3);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private static Optional<Path> faketime() throws IOException {
        try (DirectoryStream<Path> machines = Files.newDirectoryStream(LIBRARIES, "*-linux-*")) {
            for (Path machine : machines) {
                Path library = machine.resolve(FAKETIME);
                if (Files.exists(library)) {
                    return Optional.of(library);
                }
            }
        }
        return Optional.empty();
    }

    private static NodeId holder(Assignment assignment) {
        return assignment.holder().map(Holder::node).orElseThrow();
    }

    /**
     * Of a process whose wall clock is ahead by what the file says. Without the last setting the library lets each
     * timed wait of the JVM end at once: the process's threads would go round without a pause, and take every
     * processor.
     */
    private static Map<String, String> shifted(Path library, Path offset) {
        return Map.of(
                "LD_PRELOAD",
                library.toString(),
                "FAKETIME_DONT_FAKE_MONOTONIC",
                "1",
                "FAKETIME_CACHE_DURATION",
                "1",
                "FAKETIME_TIMESTAMP_FILE",
                offset.toString(),
                "FAKETIME_FORCE_MONOTONIC_FIX",
                "0");
    }

    @Test
    void anAgentIsHeardAgainWhenItLosesItsConnectionAfterItsClockWasSetBackByAnHour() throws Exception {
        Optional<Path> library = faketime();
        assumeTrue(library.isPresent(), "the package libfaketime is not installed");
        Path offset = Files.writeString(directory.resolve("offset"), "+0\n");
        try (var broker = EmbeddedBroker.start(BrokerOptions.DEFAULT)) {
            LogSetup.ensure(Connection.client(broker.bootstrap()));
            try (BatonProcess agent = BatonProcess.start(
                    directory,
                    shifted(library.get(), offset),
                    "agent",
                    "--bootstrap=" + broker.bootstrap(),
                    "--fleet=clock",
                    "--node=node1",
                    "--datapath=record",
                    "--run-dir=" + directory.resolve("run"))) {
                agent.await("^agent started");
                hearsMore(broker.bootstrap(), () -> "no heartbeats:\n" + agent.text());
                Files.writeString(offset, "-3600\n");
                broker.stopNode(1);
                broker.startNode(1);
                hearsMore(broker.bootstrap(), () -> "no heartbeats after the connection was lost:\n" + agent.text());
            }
        }
    }

    private static void hearsMore(String bootstrap, Supplier<String> otherwise) {
        try (var reader = new PartitionReader(Connection.client(bootstrap))) {
            var heartbeats = new TopicPartition(Topics.HEARTBEATS.name(), 0);
            long before = reader.end(heartbeats);
            Eventually.get(
                    Duration.ofMinutes(
                            2), // far less than the hour that it takes a client which waits by the wall clock
                    otherwise,
                    () -> Optional.of(reader.end(heartbeats)).filter(end -> end > before + 2));
        }
    }

    @Test
    void aFailoverTakesNoLongerWhenTheCoordinatorsClockIsSetBackByAnHour() throws Exception {
        Optional<Path> library = faketime();
        assumeTrue(library.isPresent(), "the package libfaketime is not installed");
        Path offset = Files.writeString(directory.resolve("offset"), "+0\n");
        try (var fleet = new LiveFleet("clock", TestBroker.bootstrap(), directory)) {
            BatonProcess coordinator = fleet.startCoordinator(shifted(library.get(), offset));
            for (String node : List.of("node1", "node2", "node3")) {
                fleet.startAgent(node);
            }
            coordinator.await("^coordinator started");
            fleet.declareSample();
            NodeId dead = holder(fleet.settled().firstEntry().getValue());
            Files.writeString(offset, "-3600\n");
            coordinator.await("event=wall_clock_set_back");
            long since = System.nanoTime();
            fleet.agent(dead).kill();
            Eventually.holds(
                    LIMIT,
                    "the EIPs of " + dead + " are held by others",
                    () -> fleet.assignments().values().stream()
                            .allMatch(assignment -> assignment
                                    .holder()
                                    .filter(holder -> !holder.node().equals(dead))
                                    .isPresent()));
            System.out.println("failover after the wall clock was set back by an hour: "
                    + Duration.ofNanos(System.nanoTime() - since).toMillis() + " ms");
            assertNotEquals(dead, holder(fleet.settled().firstEntry().getValue()));
            fleet.checkLogs();
        }
    }
}
