package dev.baton.sim;

import java.util.Optional;

/** Looks for the first seed whose run shows that a mutant breaks its law. */
public final class MutantHunt {
    /** Enough for every mutant to be caught; the hunt ends with the first seed that catches it. */
    public static final long SEEDS = 1_000;

    public static final long STEPS = 60_000;

    private MutantHunt() {}

    /** Empty if no run of {@link #SEEDS} seeds with {@link #STEPS} steps broke the mutant's own law. */
    public static Optional<Simulation.Breach> first(Mutant mutant) {
        for (long seed = 1; seed <= SEEDS; seed++) {
            Optional<Simulation.Breach> breach = new Simulation(seed, STEPS, Optional.of(mutant))
                    .run()
                    .breach()
                    .filter(broken -> broken.law() == mutant.law());
            if (breach.isPresent()) {
                return breach;
            }
        }
        return Optional.empty();
    }

    /** One line of the table of mutants. */
    public static String row(Mutant mutant, Optional<Simulation.Breach> breach) {
        return String.format(
                "%-28s  %-26s  %s",
                mutant,
                mutant.law(),
                breach.map(broken -> String.format("%4d  %6d", broken.seed(), broken.step()))
                        .orElse("NOT CAUGHT in " + SEEDS + " seeds of " + STEPS + " steps"));
    }
}
