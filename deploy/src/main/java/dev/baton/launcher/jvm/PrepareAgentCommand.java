package dev.baton.launcher.jvm;

import dev.baton.contract.AssignmentStep;
import dev.baton.contract.Timings;
import dev.baton.launcher.TemporaryFolder;
import dev.baton.launcher.client.Declarer;
import dev.baton.launcher.client.FleetFollower;
import dev.baton.launcher.up.AllInOne;
import dev.baton.launcher.up.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;

/** Runs an agent once, so that its JVM can record the classes that an agent loads. */
@Command(
        name = "prepare-agent",
        hidden = true,
        mixinStandardHelpOptions = true,
        description =
                "Writes the cache with which agents start in a third of the time. The launcher does it after a build.")
public final class PrepareAgentCommand implements Callable<Integer> {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @Override
    public Integer call() throws Exception {
        Path cache = AgentJvm.cache()
                .orElseThrow(() -> new IllegalStateException("not run from the distribution that the launcher builds"));
        Path folder = Files.createTempDirectory("baton-prepare-");
        Path written = folder.resolve("agent.aot");
        try (var all = AllInOne.start(0, Optional.empty(), folder, Timings.DEFAULT, List.of());
                var declarer = new Declarer(all.client(), all.codec(), AllInOne.FLEET);
                var follower = new FleetFollower(all.client(), all.codec(), AllInOne.FLEET)) {
            declarer.declare(Sample.read().declarations(), LIMIT);
            Process agent = agent(all, folder, written);
            try {
                await(follower, agent, folder);
                agent.destroy();
                if (!agent.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                    throw new IllegalStateException("the agent did not end within " + LIMIT.toSeconds() + " s");
                }
                requireAllClasses(folder);
            } finally {
                agent.destroyForcibly();
            }
        }
        // Written beside the old cache and then renamed, so that agents that start in between find one or the other.
        Path next = cache.resolveSibling("agent.aot.next");
        Files.move(written, next);
        Files.move(next, cache, StandardCopyOption.ATOMIC_MOVE);
        TemporaryFolder.delete(folder);
        return 0;
    }

    private static Process agent(AllInOne all, Path folder, Path written) throws IOException {
        List<String> arguments = List.of(
                "--bootstrap",
                all.bootstrap(),
                "--node",
                Sample.NODES.getFirst().value(),
                "--run-dir",
                folder.resolve("run").toString(),
                "--stop",
                "stay");
        return new ProcessBuilder(AgentJvm.training(written, arguments))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("agent.log").toFile())
                .start();
    }

    private static void requireAllClasses(Path folder) throws IOException {
        String said = Files.readString(folder.resolve("agent.log"));
        if (said.contains("NoClassDefFoundError") || said.contains("ClassNotFoundException")) {
            throw new IllegalStateException("the agent's jars are not all that it needs: " + said);
        }
    }

    private static void await(FleetFollower follower, Process agent, Path folder) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (follower.state().eips().values().stream()
                .noneMatch(eip -> eip.assignment().step() == AssignmentStep.HELD)) {
            follower.poll(Duration.ofMillis(50), (offset, at, entry, outcome) -> {});
            if (!agent.isAlive() || System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("the agent held nothing; see " + folder.resolve("agent.log"));
            }
        }
    }
}
