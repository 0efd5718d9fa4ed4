package dev.baton.launcher.lab;

import dev.baton.launcher.Origins;
import dev.baton.launcher.TimingOptions;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Real faults, real kernels, real packets, on one machine. */
@Command(
        name = "lab",
        mixinStandardHelpOptions = true,
        defaultValueProvider = Origins.class,
        description = {
            "Builds a fleet of three nodes from network namespaces and real processes, sends traffic through it,",
            "does to it what Baton is there for, and says what was seen. Needs root.",
            "Nothing outside the namespaces made here is changed, and they go at the end."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  sudo baton lab                               all scenarios",
            "  sudo baton lab --scenario kill,freeze",
            "  sudo baton lab --kills 20 --eviction-timeout 2s   how fast, twenty times",
            "  sudo baton lab --calm 10m                    whether anybody is timed out for nothing"
        })
public final class LabCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final TimingOptions timings = new TimingOptions();

    @Option(
            names = "--scenario",
            split = ",",
            paramLabel = "NAME",
            description = "Only these, in this order; --list tells which there are.")
    private List<String> names = List.of();

    @Option(names = "--list", description = "Lists the scenarios, and ends.")
    private boolean list;

    @Option(
            names = "--kills",
            paramLabel = "N",
            description = "Instead of scenarios: kills the holder's agent N times, each at a random moment of its"
                    + " heartbeat period, and tells how the time until the next holder's first frame is spread.")
    private int kills;

    @Option(
            names = "--calm",
            paramLabel = "DURATION",
            description =
                    "Instead of scenarios: does nothing for so long (10m), and tells whether anybody was timed out"
                            + " or any packet lost.")
    private Optional<Duration> calm = Optional.empty();

    @Option(
            names = "--json",
            description = "One JSON document on standard output; what happens goes to standard error.")
    private boolean json;

    @Option(names = "--keep", description = "Leaves the lab running afterwards, for a look, until interrupted.")
    private boolean keep;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        if (list) {
            Scenarios.ALL.forEach(scenario -> out.printf("%-20s %s%n", scenario.name(), scenario.story()));
            out.flush();
            return 0;
        }
        List<Scenario> chosen = chosen();
        if (kills < 0 || kills > 1000) {
            throw new ParameterException(spec.commandLine(), "--kills " + kills + " is not within 0..1000");
        }
        timings.timings();
        List<String> missing = Requirements.missing();
        if (!missing.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "this machine lacks " + String.join(", ", missing) + ". A lab needs root and some tools"
                            + " (Debian: apt-get install iproute2 nftables iptables conntrack tcpdump procps)");
        }
        var run = new LabRun(timings.timings(), json ? spec.commandLine().getErr() : out, out);
        return run.run(new LabRun.Wanted(chosen, kills, calm, json, keep)) ? 0 : 1;
    }

    private List<Scenario> chosen() {
        if (names.isEmpty()) {
            return Scenarios.ALL;
        }
        var chosen = new ArrayList<Scenario>();
        for (String name : names) {
            chosen.add(Scenarios.named(name)
                    .orElseThrow(() -> new ParameterException(
                            spec.commandLine(),
                            "no scenario \"" + name + "\"; there are "
                                    + Scenarios.ALL.stream().map(Scenario::name).toList())));
        }
        return chosen;
    }
}
