package dev.baton.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.e2e.Alone;
import dev.baton.sim.menu.Rare;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

@Alone
class SimulatorTest {
    private static final long SEEDS = 100;
    private static final long MOST_SEEDS = 500;
    private static final long BATCH = 20;
    private static final long STEPS = 40_000;

    private static Simulation.Report run(long seed, long steps) {
        return new Simulation(seed, steps).run();
    }

    private static void allLawsHold(Simulation.Report report) {
        assertTrue(
                report.breach().isEmpty(), () -> report.breach().orElseThrow().toString());
    }

    /** The rarest states come up in one run of forty: as many more are made as it takes to see all of them. */
    @Test
    void everyLawHoldsAfterEveryStepOfManySeeds() {
        long rounds = 0;
        long seeds = 0;
        var unseen = EnumSet.allOf(Rare.class);
        while (seeds < SEEDS || (!unseen.isEmpty() && seeds < MOST_SEEDS)) {
            List<Simulation.Report> reports = LongStream.rangeClosed(seeds + 1, seeds + BATCH)
                    .parallel()
                    .mapToObj(seed -> run(seed, STEPS))
                    .toList();
            seeds += BATCH;
            for (Simulation.Report report : reports) {
                allLawsHold(report);
                rounds += report.rounds();
                unseen.removeAll(report.seen().keySet());
            }
        }
        assertTrue(rounds > seeds, "of " + seeds + " runs only " + rounds + " rounds came to rest: nothing was tested");
        assertTrue(unseen.isEmpty(), "in " + seeds + " runs never seen: " + unseen);
    }

    @Test
    void theSameSeedGivesTheSameRun() {
        assertEquals(run(7, STEPS), run(7, STEPS));
        assertNotEquals(run(7, STEPS).digest(), run(8, STEPS).digest());
    }
}
