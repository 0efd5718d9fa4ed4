package dev.baton.bench;

import dev.baton.contract.AssignmentStep;
import dev.baton.contract.FleetId;
import dev.baton.contract.Settings;
import dev.baton.contract.TunnelPhase;
import dev.baton.contract.wire.WireCodec;
import dev.baton.failover.Coordinator;
import dev.baton.failover.CoordinatorConfig;
import dev.baton.failover.core.FleetState;
import dev.baton.launcher.Connection;
import dev.baton.launcher.LogSetup;
import dev.baton.launcher.Waiting;
import dev.baton.launcher.broker.BrokerOptions;
import dev.baton.launcher.broker.EmbeddedBroker;
import dev.baton.launcher.client.Declarer;
import dev.baton.launcher.client.FleetFollower;
import dev.baton.launcher.jvm.AgentJvm;
import dev.baton.launcher.jvm.JvmOptions;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Starts one agent as a process of its own, as the launcher starts it, and measures what it costs. */
final class AgentBench {
    private static final FleetId FLEET = new FleetId("default");
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration WATCH = Duration.ofSeconds(20);
    private final int eips;

    AgentBench(int eips) {
        this.eips = eips;
    }

    void run(PrintWriter out) throws IOException, InterruptedException {
        Path run = Files.createTempDirectory("baton-bench");
        out.println("settings: recorded datapath, tunnelUpdatePeriod=500ms, options "
                + String.join(" ", JvmOptions.AGENT.read())
                + (AgentJvm.isPrepared() ? ", prepared" : ", not prepared"));
        try (var broker = EmbeddedBroker.start(BrokerOptions.DEFAULT)) {
            Map<String, Object> client = Connection.client(broker.bootstrap());
            LogSetup.ensure(client);
            var config = new CoordinatorConfig(broker.bootstrap(), FLEET, Optional.of(Settings.DEFAULT), Map.of());
            WireCodec codec = WireCodec.bundled();
            try (var coordinator = Coordinator.start(config, codec);
                    var follower = new FleetFollower(client, codec, FLEET);
                    var declarer = new Declarer(client, codec, FLEET)) {
                declarer.declare(Fixture.declarations(1, 0), PATIENCE);
                long start = System.nanoTime();
                Process agent = start(broker.bootstrap(), run);
                try {
                    await(follower, AgentBench::isReady, "the agent is Ready");
                    out.printf(
                            Locale.ROOT,
                            "start of the process to Ready in the fleet log: %.2f s%n",
                            (System.nanoTime() - start) / 1e9);
                    watch(out, "idle", agent, follower);
                    declarer.declare(Fixture.declarations(1, eips), PATIENCE);
                    await(follower, state -> held(state) == eips, eips + " EIPs are held");
                    watch(out, eips + " EIPs", agent, follower);
                } finally {
                    agent.destroyForcibly().waitFor();
                }
                if (!coordinator.isRunning()) {
                    out.println("the coordinator stopped running: do not trust these figures");
                }
            }
        }
    }

    private static Process start(String bootstrap, Path run) throws IOException {
        List<String> command =
                AgentJvm.command(List.of("--bootstrap", bootstrap, "--node", "node0", "--run-dir", run.toString()));
        File log = run.resolve("agent.log").toFile();
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log)
                .start();
    }

    private static boolean isReady(FleetState state) {
        return state.nodes().values().stream().anyMatch(node -> node.shown() == TunnelPhase.READY);
    }

    private static long held(FleetState state) {
        return state.eips().values().stream()
                .filter(eip -> eip.assignment().step() == AssignmentStep.HELD)
                .count();
    }

    private static void await(FleetFollower follower, Predicate<FleetState> condition, String what) {
        Waiting.until(PATIENCE, what, () -> {
            follower.poll(Duration.ofMillis(20), (offset, at, entry, outcome) -> {});
            return condition.test(follower.state());
        });
    }

    private static void watch(PrintWriter out, String what, Process agent, FleetFollower follower) {
        Duration before = agent.info().totalCpuDuration().orElse(Duration.ZERO);
        long start = System.nanoTime();
        while (System.nanoTime() - start < WATCH.toNanos()) {
            follower.poll(Duration.ofMillis(200), (offset, at, entry, outcome) -> {});
        }
        Duration spent = agent.info().totalCpuDuration().orElse(Duration.ZERO).minus(before);
        double share = 100.0 * spent.toNanos() / (System.nanoTime() - start);
        out.printf(
                Locale.ROOT,
                "%s: %s, CPU %.2f %% of a core at 2 heartbeats/s%n",
                what,
                Machine.memory(agent.pid()),
                share);
        out.flush();
    }
}
