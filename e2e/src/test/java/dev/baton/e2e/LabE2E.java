package dev.baton.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.Timings;
import dev.baton.launcher.lab.Judge;
import dev.baton.launcher.lab.Lab;
import dev.baton.launcher.lab.Report;
import dev.baton.launcher.lab.Scenarios;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** Real faults on real kernels with real packets, in both families: the scenarios of {@code baton lab}, on one lab. */
@NeedsLab
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LabE2E {
    private Optional<Lab> lab = Optional.empty();
    private boolean failed;

    @BeforeAll
    void start() throws IOException {
        lab = Optional.of(Lab.start(Timings.DEFAULT, System.out::println));
    }

    @AfterAll
    void stop() {
        if (failed) {
            lab.ifPresent(Lab::close);
        } else {
            lab.ifPresent(Lab::forgetLogs);
        }
    }

    private Report holds(String scenario) {
        failed = true; // until it is known better
        System.out.println("== " + scenario);
        Report report =
                new Judge(lab.orElseThrow()).play(Scenarios.named(scenario).orElseThrow());
        report.lines().forEach(System.out::println);
        assertEquals(
                List.of(), report.violated(), () -> "logs: " + lab.orElseThrow().folder());
        failed = false;
        return report;
    }

    @Test
    @Order(1)
    void aDrainMovesTheEipWithoutWaitingForAnySilence() {
        Report report = holds("drain");
        assertEquals(List.of("10.6.0.200", "fd06::200"), report.sources());
    }

    @Test
    @Order(2)
    void anAgentRestartedWithinItsLeaseCostsNoPacket() {
        holds("restart");
    }

    @Test
    @Order(3)
    void aKilledHolderIsSucceeded() {
        holds("kill");
    }

    @Test
    @Order(4)
    void aHolderThatIsSwitchedOffIsSucceededAndSaysNothingWhenItsLinksReturn() {
        holds("power-off");
    }

    @Test
    @Order(5)
    void aFrozenHolderIsSilencedByItsKernelBeforeAnotherSpeaksAndStaysSilentWhenThawed() {
        holds("freeze");
    }

    @Test
    @Order(6)
    void aHolderCutFromKafkaAloneLetsGoBeforeAnotherTakesOver() {
        holds("cut-from-kafka");
    }

    @Test
    @Order(7)
    void whenKafkaIsAwayForLongerThanALeaseNothingMoves() {
        holds("kafka-away");
    }

    @Test
    @Order(8)
    void aCoordinatorKilledDuringAFailoverFinishesIt() {
        holds("coordinator-killed");
    }

    @Test
    @Order(9)
    void whenAllNodesAreDownTheFirstThatReturnsGetsTheSameEip() {
        holds("all-down");
    }

    @Test
    @Order(10)
    void aDeletedTunnelIsMadeAnew() {
        holds("tunnel-deleted");
    }

    @Test
    @Order(11)
    void aFlushedTableIsMadeAnewSoon() {
        holds("tables-flushed");
    }

    @Test
    @Order(12)
    void theLogsOfAllThatDecideTheSameAgain() {
        lab.orElseThrow().replay().forEach(line -> assertTrue(line.holds(), line.toString()));
    }
}
