package dev.baton.sim;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.sim.menu.Mutant;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Laws that nothing can break say nothing: each rule broken on purpose breaks its own law, and only then. */
class MutantsTest {
    @ParameterizedTest
    @EnumSource(Mutant.class)
    void aBrokenRuleBreaksItsLaw(Mutant mutant) {
        Optional<Simulation.Breach> breach = Hunt.first(mutant);
        System.out.println(Hunt.row(mutant, mutant.law(), breach));
        assertTrue(breach.isPresent(), () -> Hunt.row(mutant, mutant.law(), breach));
        var clean = new Simulation(breach.get().seed(), Hunt.STEPS).run().breach();
        assertTrue(clean.isEmpty(), () -> "without " + mutant + ": " + clean.orElseThrow());
    }
}
