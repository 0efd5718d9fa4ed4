package dev.baton.bench;

import dev.baton.launcher.Subcommand;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** All figures but those of failover itself, which {@code baton lab --kills} measures. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures and prints figures with the machine and settings that gave them.",
        subcommands = {
            BenchCommand.Fold.class,
            BenchCommand.ReplaySpeed.class,
            BenchCommand.Restore.class,
            BenchCommand.Hops.class,
            BenchCommand.AgentCost.class,
            BenchCommand.BridgeCost.class,
            BenchCommand.Mesh.class,
            BenchCommand.Probes.class
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  baton bench fold                  heartbeats folded per second and core (JMH)",
            "  baton bench replay                entries of the fleet log replayed per second",
            "  baton bench restore               how fast a start finds the snapshots of a calm month, and their size",
            "  baton bench hops                  a tick's round trip and the latency of each hop",
            "  baton bench agent                 the agent's memory, CPU and start-up",
            "  baton bench bridge --kubeconfig F a bridge beside a large cluster's API server with our definitions",
            "  baton bench mesh                  how fast the folds of a large mesh are",
            "  baton bench prober                10,000 endpoints asked each second: CPU and memory",
            "  sudo baton lab --kills 40         failover, by an external server's clock"
        })
public final class BenchCommand implements Subcommand {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(
                spec.commandLine(), "bench takes: fold, replay, restore, hops, agent, bridge, mesh or prober");
    }

    private abstract static class Measuring implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        abstract void measure(PrintWriter out) throws Exception;

        @Override
        public Integer call() throws Exception {
            PrintWriter out = spec.commandLine().getOut();
            out.println(Machine.text());
            out.flush();
            measure(out);
            out.flush();
            return 0;
        }
    }

    /** The liveness fold. */
    @Command(name = "fold", mixinStandardHelpOptions = true, description = "Heartbeats folded per second and core.")
    static final class Fold extends Measuring {
        @Override
        void measure(PrintWriter out) throws RunnerException {
            var options = new OptionsBuilder()
                    .include(LivenessBenchmark.class.getSimpleName())
                    .build();
            new Runner(options).run();
        }
    }

    /** The coordination fold over a recorded log. */
    @Command(name = "replay", mixinStandardHelpOptions = true, description = "Fleet log entries replayed per second.")
    static final class ReplaySpeed extends Measuring {
        @Option(names = "--entries", defaultValue = "200000", description = "Default: ${DEFAULT-VALUE}.")
        private int entries = 200_000;

        @Override
        void measure(PrintWriter out) {
            new ReplayBench(entries).run(out);
        }
    }

    /** What a start reads first. */
    @Command(
            name = "restore",
            mixinStandardHelpOptions = true,
            description = "How fast a start finds its snapshots after an hour and after many days, and their size.")
    static final class Restore extends Measuring {
        @Option(
                names = "--nodes",
                split = ",",
                defaultValue = "500,5000",
                paramLabel = "N",
                description = "Default: ${DEFAULT-VALUE}.")
        private List<Integer> nodes = List.of();

        @Option(names = "--days", defaultValue = "30", description = "Default: ${DEFAULT-VALUE}.")
        private int days = 30;

        @Override
        void measure(PrintWriter out) throws Exception {
            for (int size : nodes) {
                new RestoreBench(size, days).run(out);
            }
        }
    }

    /** Latencies through broker and coordinator. */
    @Command(name = "hops", mixinStandardHelpOptions = true, description = "A tick's round trip; each hop's latency.")
    static final class Hops extends Measuring {
        @Option(names = "--for", defaultValue = "20s", description = "Default: ${DEFAULT-VALUE}.")
        private Duration time = Duration.ofSeconds(20);

        @Override
        void measure(PrintWriter out) throws Exception {
            new HopBench(time).run(out);
        }
    }

    /** What an agent costs its node. */
    @Command(name = "agent", mixinStandardHelpOptions = true, description = "The agent's memory, CPU and start-up.")
    static final class AgentCost extends Measuring {
        @Option(names = "--eips", defaultValue = "1000", description = "Default: ${DEFAULT-VALUE}.")
        private int eips = 1_000;

        @Override
        void measure(PrintWriter out) throws Exception {
            new AgentBench(eips).run(out);
        }
    }

    /** The folds of destinations. */
    @Command(
            name = "mesh",
            mixinStandardHelpOptions = true,
            description = "Folds the logs of a large mesh: declarations, changes of health, reports, ticks.",
            footerHeading = "%nExample:%n",
            footer = "  baton bench mesh")
    static final class Mesh extends Measuring {
        @Override
        void measure(PrintWriter out) {
            MeshBench.run(out);
        }
    }

    /** The prober's cost. */
    @Command(
            name = "prober",
            mixinStandardHelpOptions = true,
            description = "Asks 10,000 endpoints of another process each second, for some seconds.",
            footerHeading = "%nExample:%n",
            footer = "  baton bench prober")
    static final class Probes extends Measuring {
        @Option(names = "--endpoints", defaultValue = "10000", description = "Default: ${DEFAULT-VALUE}.")
        private int endpoints = 10_000;

        @Override
        void measure(PrintWriter out) throws Exception {
            new ProberBench(endpoints).run(out);
        }
    }

    /** A bridge beside a large cluster. */
    @Command(
            name = "bridge",
            mixinStandardHelpOptions = true,
            description = {
                "A bridge's time, memory and requests beside a real API server. It fills that API server with objects:",
                "give it one of its own, with the definitions of deploy/crds applied."
            })
    static final class BridgeCost extends Measuring {
        @Option(names = "--kubeconfig", required = true, paramLabel = "FILE", description = "Of the API server.")
        private Path kubeconfig = Path.of("");

        @Option(names = "--nodes", defaultValue = "5000", description = "Default: ${DEFAULT-VALUE}.")
        private int nodes = 5_000;

        @Option(names = "--gateways", defaultValue = "50", description = "Default: ${DEFAULT-VALUE}.")
        private int gateways = 50;

        @Option(names = "--eips", defaultValue = "1000", description = "Default: ${DEFAULT-VALUE}.")
        private int eips = 1_000;

        @Option(names = "--policies", defaultValue = "5000", description = "Default: ${DEFAULT-VALUE}.")
        private int policies = 5_000;

        @Option(names = "--pods", defaultValue = "20000", description = "Default: ${DEFAULT-VALUE}.")
        private int pods = 20_000;

        @Override
        void measure(PrintWriter out) throws Exception {
            new BridgeBench(kubeconfig, new KubePopulation(nodes, gateways, eips, policies, pods)).run(out);
        }
    }
}
