package dev.baton.launcher.cli;

import dev.baton.contract.FleetId;
import dev.baton.contract.LivenessEvent;
import dev.baton.contract.LivenessSnapshot;
import dev.baton.contract.Sequenced;
import dev.baton.contract.Topics;
import dev.baton.contract.mesh.HealthSnapshot;
import dev.baton.contract.wire.Logs;
import dev.baton.contract.wire.WireCodec;
import dev.baton.failover.LogEnds;
import dev.baton.failover.replay.LogEntry;
import dev.baton.failover.replay.LogReader;
import dev.baton.failover.replay.MeshReplay;
import dev.baton.failover.replay.Replay;
import dev.baton.launcher.Connection;
import dev.baton.launcher.Origins;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Folds the recorded logs again and compares the decisions. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        defaultValueProvider = Origins.class,
        description = {
            "Folds the recorded logs again, offline, and compares with the recorded decisions byte for byte.",
            "Exit status 0 if they are the same, 1 with the first divergence if not."
        },
        footerHeading = "%nExample:%n",
        footer = "  baton replay --bootstrap kafka-0:9092")
public final class ReplayCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final Connection connection = new Connection();

    @Option(names = "--mesh", paramLabel = "NAME", description = "Replays the logs of this mesh, and not the fleet's.")
    private Optional<String> mesh = Optional.empty();

    @Override
    public Integer call() throws InterruptedException {
        WireCodec codec = connection.codec();
        if (mesh.isPresent()) {
            return ofMesh(new FleetId(mesh.get()), codec);
        }
        var replay = new Replay(codec);
        PrintWriter out = spec.commandLine().getOut();
        try (var reader = new LogReader(connection.reached(), codec, connection.fleet())) {
            long saidBefore = LogEnds.readUpTo(connection.reached(), Topics.FLEET, connection.fleet());
            // Then the decisions, so that none that is made in the meantime looks missing.
            var decisions = reader.read(Logs.DECISIONS);
            var fleet = reader.read(Logs.FLEET);
            var heartbeats = reader.read(Logs.HEARTBEATS);
            if (!reader.isWhole(Logs.FLEET)) {
                out.println("coordination: not replayed, the oldest entries of the fleet log are gone");
                out.flush();
                return 1;
            }
            boolean holds =
                    print(out, "coordination", replay.coordination(connection.fleet(), fleet, decisions, saidBefore));
            if (reader.isWhole(Logs.HEARTBEATS)) {
                holds &= print(out, "liveness", replay.liveness(connection.fleet(), heartbeats, fleet));
            } else {
                holds &= printSinceSnapshot(out, replay, reader, heartbeats, fleet);
            }
            var excerpts = reader.readIfPresent(Logs.EXCERPTS, Topics.EXCERPTS);
            holds &= print(out, replay.excerpts(excerpts, fleet));
            out.flush();
            return holds ? 0 : 1;
        }
    }

    private Integer ofMesh(FleetId name, WireCodec codec) throws InterruptedException {
        var replay = new MeshReplay(codec);
        PrintWriter out = spec.commandLine().getOut();
        try (var reader = new LogReader(connection.reached(), codec, name)) {
            long saidBefore = LogEnds.readUpToOfMesh(connection.reached(), Topics.MESH, name);
            // Then the decisions, so that none that is made in the meantime looks missing.
            var decisions = reader.read(Logs.MESH_DECISIONS);
            var entries = reader.read(Logs.MESH);
            var health = reader.read(Logs.HEALTH);
            if (!reader.isWhole(Logs.MESH)) {
                out.println("routing: not replayed, the oldest entries of the mesh's log are gone");
                out.flush();
                return 1;
            }
            boolean holds = print(out, "routing", replay.routing(name, entries, decisions, saidBefore));
            long begin = health.isEmpty() || reader.isWhole(Logs.HEALTH)
                    ? 0
                    : health.getFirst().offset();
            Optional<HealthSnapshot> from = reader.read(Logs.MESH_SNAPSHOTS).stream()
                    .map(LogEntry::value)
                    .filter(HealthSnapshot.class::isInstance)
                    .map(HealthSnapshot.class::cast)
                    .filter(snapshot -> begin > 0 && snapshot.offset() >= begin)
                    .min(Comparator.comparingLong(HealthSnapshot::offset));
            if (begin > 0 && from.isEmpty()) {
                out.println("health: not replayed, the oldest reports are no longer kept, and no snapshot of it is");
            } else {
                String what = "health"
                        + from.map(one -> " from offset " + one.offset() + " on")
                                .orElse("");
                holds &= print(out, what, replay.health(name, from, health, entries));
            }
            out.flush();
            return holds ? 0 : 1;
        }
    }

    /** Heartbeats are kept for a day: from the oldest snapshot on that is followed by all of them. */
    private static boolean printSinceSnapshot(
            PrintWriter out,
            Replay replay,
            LogReader reader,
            List<LogEntry<LivenessEvent>> heartbeats,
            List<LogEntry<Sequenced>> fleet) {
        long begin =
                heartbeats.isEmpty() ? Long.MAX_VALUE : heartbeats.getFirst().offset();
        Optional<LivenessSnapshot> from = reader.readIfPresent(Logs.SNAPSHOTS, Topics.LIVENESS_SNAPSHOTS).stream()
                .map(LogEntry::value)
                .filter(LivenessSnapshot.class::isInstance)
                .map(LivenessSnapshot.class::cast)
                .filter(snapshot -> snapshot.offset() >= begin)
                .min(Comparator.comparingLong(LivenessSnapshot::offset));
        if (from.isEmpty()) {
            out.println("liveness: not replayed, the oldest heartbeats are no longer kept, and no snapshot of it is");
            return true;
        }
        String what = "liveness from offset " + from.get().offset() + " on, older heartbeats are no longer kept";
        return print(out, what, replay.liveness(from.get(), heartbeats, fleet));
    }

    /** What was decided by heartbeats that are gone. */
    private static boolean print(PrintWriter out, Replay.Report report) {
        out.println("liveness by excerpts: " + report.compared() + " changes of phase compared, "
                + (report.unrecorded() > 0 ? report.unrecorded() + " have no excerpt, " : "")
                + report.first().map(d -> "first divergence at " + d).orElse("all the same"));
        return report.holds();
    }

    private static boolean print(PrintWriter out, String fold, Replay.Report report) {
        out.println(fold + ": " + report.entries() + " entries folded, " + report.compared() + " decisions compared, "
                + (report.unrecorded() > 0 ? report.unrecorded() + " not recorded yet, " : "")
                + report.first().map(d -> "first divergence at " + d).orElse("all the same"));
        return report.holds();
    }
}
