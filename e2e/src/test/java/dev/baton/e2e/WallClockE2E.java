package dev.baton.e2e;

import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.baton.contract.Assignment;
import dev.baton.contract.Holder;
import dev.baton.contract.NodeId;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The coordinator's wall clock, and no other, is set back: a wrong time server, or a machine that booted ahead of time.
 */
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

    @Test
    void aFailoverTakesNoLongerWhenTheCoordinatorsClockIsSetBackByAnHour() throws Exception {
        Optional<Path> library = faketime();
        assumeTrue(library.isPresent(), "the package libfaketime is not installed");
        Path offset = Files.writeString(directory.resolve("offset"), "+0\n");
        Map<String, String> environment = Map.of(
                "LD_PRELOAD",
                library.get().toString(),
                "FAKETIME_DONT_FAKE_MONOTONIC",
                "1",
                "FAKETIME_CACHE_DURATION",
                "1",
                "FAKETIME_TIMESTAMP_FILE",
                offset.toString());
        try (var fleet = new LiveFleet("clock", TestBroker.bootstrap(), directory)) {
            BatonProcess coordinator = fleet.startCoordinator(environment);
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
