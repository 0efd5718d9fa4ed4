package dev.baton.sim;

import dev.baton.launcher.Subcommand;
import dev.baton.sim.menu.Fault;
import dev.baton.sim.menu.Mutant;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code baton simulate}: the same seed gives the same run. */
@Command(
        name = "simulate",
        description = "Runs the real cores in a deterministic world of faults and checks every law after every step.",
        mixinStandardHelpOptions = true)
public final class SimulateCommand implements Subcommand {
    private static final String HEAD = "%-30s  %-26s  SEED    STEP";

    @Option(names = "--seed", description = "First seed. Default: ${DEFAULT-VALUE}", defaultValue = "1")
    private long seed;

    @Option(
            names = "--seeds",
            description = "How many seeds, from the first on. Default: ${DEFAULT-VALUE}",
            defaultValue = "1")
    private long seeds;

    @Option(names = "--steps", description = "Steps of each seed. Default: ${DEFAULT-VALUE}", defaultValue = "20000")
    private long steps;

    @Option(names = "--mutant", description = "Breaks one rule on purpose: ${COMPLETION-CANDIDATES}")
    private @Nullable Mutant mutant;

    @Option(names = "--list-mutants", description = "Prints the mutants and ends.")
    private boolean listMutants;

    @Option(
            names = "--mutants",
            description = "Breaks one rule after the other and prints which law noticed, with seed and step.")
    private boolean mutants;

    @Option(
            names = "--fault",
            description = "Adds a fault that the code is known not to survive: ${COMPLETION-CANDIDATES}")
    private @Nullable Fault fault;

    @Option(
            names = "--breaches",
            description = "Adds one fault after the other that the code is known not to survive, and prints which law"
                    + " breaks, with seed and step.")
    private boolean breaches;

    @Override
    public Integer call() {
        var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        if (listMutants) {
            for (Mutant one : Mutant.values()) {
                out.println(one);
            }
            return 0;
        }
        if (mutants) {
            return mutants(out);
        }
        return breaches
                ? breaches(out)
                : Simulate.run(seed, seeds, steps, Optional.ofNullable(mutant), Optional.ofNullable(fault), out);
    }

    private static int mutants(PrintWriter out) {
        int missed = 0;
        out.println(String.format(HEAD, "MUTANT", "LAW"));
        for (Mutant one : Mutant.values()) {
            Optional<Simulation.Breach> breach = Hunt.first(one, OptionalLong.empty());
            out.println(Hunt.row(one, one.law(), breach));
            missed += breach.isPresent() ? 0 : 1;
        }
        return missed == 0 ? 0 : 1;
    }

    private static int breaches(PrintWriter out) {
        out.println(String.format(HEAD, "FAULT", "LAW"));
        for (Fault one : Fault.values()) {
            one.breaks().ifPresent(law -> out.println(Hunt.row(one, law, Hunt.first(one, OptionalLong.empty()))));
        }
        return 0;
    }
}
