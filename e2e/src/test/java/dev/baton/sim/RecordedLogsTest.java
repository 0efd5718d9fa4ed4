package dev.baton.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.wire.WireCodec;
import dev.baton.failover.replay.Replay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What every release before this one decided, this one decides again. Recordings are made when a release is cut, and
 * are never made again: {@code mvn -pl e2e -am test -Dtest=RecordedLogsTest -Dlogs.record=0.2.0}.
 */
class RecordedLogsTest {
    private static final Path FOLDER = Path.of("src/test/resources/recorded");
    private static final Optional<String> RECORD = Optional.ofNullable(System.getProperty("logs.record"));
    /** Runs that no newer rules were adopted in, and that came to most kinds of entries and decisions. */
    private static final List<Long> SEEDS = List.of(137L, 211L, 242L, 259L);

    private static final long STEPS = 20_000;
    private static final Replay REPLAY = new Replay(WireCodec.bundled());

    @Test
    void thisReleaseDecidesWhatEveryReleaseHasDecided() throws IOException {
        RECORD.ifPresent(release -> SEEDS.forEach(seed -> record(release, seed)));
        List<Path> files;
        try (Stream<Path> found = Files.walk(FOLDER)) {
            files = found.filter(file -> file.toString().endsWith(".gz"))
                    .sorted()
                    .toList();
        }
        assertTrue(files.size() >= SEEDS.size(), () -> "only " + files);
        for (Path file : files) {
            RecordedLog recorded = RecordedLog.read(file);
            Replay.Report decisions =
                    REPLAY.coordination(recorded.fleet(), recorded.entries(), recorded.decisions(), 0);
            assertEquals(Optional.empty(), decisions.first(), () -> file + ": " + decisions);
            assertTrue(decisions.compared() > 50, () -> file + ": " + decisions);
            Replay.Report events = REPLAY.liveness(recorded.fleet(), recorded.heartbeats(), recorded.entries());
            assertEquals(Optional.empty(), events.first(), () -> file + ": " + events);
            assertTrue(events.compared() > 50, () -> file + ": " + events);
        }
    }

    private static void record(String release, long seed) {
        Path file = FOLDER.resolve(release).resolve("seed-" + seed + ".gz");
        new Simulation(seed, STEPS).run(world -> RecordedLog.write(file, world));
    }
}
