package dev.baton.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.e2e.Alone;
import dev.baton.sim.menu.Fault;
import dev.baton.sim.menu.LawName;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the code is known not to survive is said, and stays true: when a change makes it survive such a fault, the fault
 * belongs among those that come in every run.
 */
@Alone
class KnownBreachesTest {
    static Stream<Fault> fatal() {
        return Arrays.stream(Fault.values()).filter(fault -> fault.breaks().isPresent());
    }

    @ParameterizedTest
    @MethodSource("fatal")
    void aFaultThatIsKnownToBreakALawStillBreaksIt(Fault fault) throws IOException {
        LawName law = fault.breaks().orElseThrow();
        Optional<Simulation.Breach> breach = Hunt.first(fault, CatchingSeeds.of(fault));
        System.out.println(Hunt.row(fault, law, breach));
        assertTrue(breach.isPresent(), () -> fault + " breaks no law any more: take it into the menu of every run");
        CatchingSeeds.found(fault, breach.get());
    }

    /** It costs EIPs their holders. It must never give one of them two, nor decide otherwise when it is replayed. */
    @Test
    void aFoldThatThrowsBreaksNoLawButThoseOfProgress() {
        List<LawName> broken = LongStream.rangeClosed(1, 20)
                .parallel()
                .mapToObj(seed -> new Simulation(seed, 30_000, Optional.empty(), Optional.of(Fault.FOLD_THROWS)).run())
                .flatMap(report -> report.breach().stream())
                .map(Simulation.Breach::law)
                .filter(law -> !law.isOfProgress())
                .toList();
        assertEquals(List.of(), broken);
    }
}
