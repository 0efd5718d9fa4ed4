package dev.baton.sim;

import dev.baton.sim.menu.Fault;
import dev.baton.sim.menu.LawName;
import dev.baton.sim.menu.Mutant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongFunction;
import java.util.stream.LongStream;

/**
 * Looks for the first seed whose run breaks a certain law: by a mutant, or by a fault that the code does not survive.
 */
public final class Hunt {
    /** Enough for every mutant to be caught; the hunt ends with the first seed that catches it. */
    public static final long SEEDS = 1_000;

    public static final long STEPS = 60_000;

    private Hunt() {}

    /**
     * Empty if no run of {@link #SEEDS} seeds with {@link #STEPS} steps broke the mutant's own law.
     *
     * @param tryFirst a seed that caught the mutant before: most seeds catch nothing, so a hunt from 1 takes long
     */
    public static Optional<Simulation.Breach> first(Mutant mutant, OptionalLong tryFirst) {
        return first(
                mutant.law(), tryFirst, seed -> new Simulation(seed, STEPS, Optional.of(mutant), Optional.empty()));
    }

    /**
     * Empty if no run with the fault broke the law that it is known to break, or if it is known to break none.
     *
     * @param tryFirst a seed with which the fault broke the law before
     */
    public static Optional<Simulation.Breach> first(Fault fault, OptionalLong tryFirst) {
        return fault.breaks()
                .flatMap(law -> first(
                        law, tryFirst, seed -> new Simulation(seed, STEPS, Optional.empty(), Optional.of(fault))));
    }

    private static Optional<Simulation.Breach> first(
            LawName law, OptionalLong tryFirst, LongFunction<Simulation> simulation) {
        return LongStream.concat(tryFirst.stream(), LongStream.rangeClosed(1, SEEDS))
                .mapToObj(seed -> simulation.apply(seed).run().breach().filter(broken -> broken.law() == law))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** One line of the table of mutants, or of the table of known breaches. */
    public static String row(Enum<?> broken, LawName law, Optional<Simulation.Breach> breach) {
        return String.format(
                "%-30s  %-26s  %s",
                broken,
                law,
                breach.map(found -> String.format("%4d  %6d", found.seed(), found.step()))
                        .orElse("NOT FOUND in " + SEEDS + " seeds of " + STEPS + " steps"));
    }
}
