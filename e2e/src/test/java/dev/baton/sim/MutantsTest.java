package dev.baton.sim;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.e2e.Alone;
import dev.baton.sim.menu.Mutant;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Laws that nothing can break say nothing: each rule broken on purpose breaks its own law, and only then. */
@Alone
class MutantsTest {
    private record Caught(Optional<Simulation.Breach> breach, Optional<Simulation.Breach> withoutMutant) {}

    private static final ExecutorService PROCESSORS =
            Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    private static final Map<Mutant, Future<Caught>> HUNTS = new EnumMap<>(Mutant.class);

    @BeforeAll
    static void hunt() {
        for (Mutant mutant : Mutant.values()) {
            HUNTS.put(mutant, PROCESSORS.submit(() -> caught(mutant)));
        }
    }

    private static Caught caught(Mutant mutant) {
        Optional<Simulation.Breach> breach = Hunt.first(mutant, CatchingSeeds.of(mutant));
        return new Caught(
                breach,
                breach.flatMap(
                        found -> new Simulation(found.seed(), Hunt.STEPS).run().breach()));
    }

    @AfterAll
    static void end() {
        PROCESSORS.shutdownNow();
    }

    @ParameterizedTest
    @EnumSource(Mutant.class)
    void aBrokenRuleBreaksItsLaw(Mutant mutant) throws ExecutionException, InterruptedException, IOException {
        Caught caught = Objects.requireNonNull(HUNTS.get(mutant)).get();
        System.out.println(Hunt.row(mutant, mutant.law(), caught.breach()));
        assertTrue(caught.breach().isPresent(), () -> Hunt.row(mutant, mutant.law(), caught.breach()));
        assertTrue(
                caught.withoutMutant().isEmpty(),
                () -> "without " + mutant + ": " + caught.withoutMutant().orElseThrow());
        CatchingSeeds.found(mutant, caught.breach().get());
    }
}
