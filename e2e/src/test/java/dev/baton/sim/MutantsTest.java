package dev.baton.sim;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Laws that nothing can break say nothing: each rule broken on purpose is noticed, and only then. */
class MutantsTest {
    private static final long SEEDS = 200;
    private static final long STEPS = 60_000;

    @ParameterizedTest
    @EnumSource(Mutant.class)
    void aBrokenRuleBreaksALaw(Mutant mutant) {
        for (long seed = 1; seed <= SEEDS; seed++) {
            Optional<Simulation.Breach> breach =
                    new Simulation(seed, STEPS, Optional.of(mutant)).run().breach();
            if (breach.isPresent()) {
                System.out.println(mutant + " seed=" + seed + " step="
                        + breach.get().step() + " law=" + breach.get().law());
                var clean = new Simulation(seed, STEPS, Optional.empty()).run().breach();
                assertTrue(clean.isEmpty(), () -> "without " + mutant + ": " + clean.orElseThrow());
                return;
            }
        }
        throw new AssertionError(mutant + " was noticed by no law in " + SEEDS + " runs of " + STEPS + " steps");
    }
}
