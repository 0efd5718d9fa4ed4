package dev.baton.failover.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.FleetId;
import dev.baton.contract.FleetSnapshot;
import dev.baton.contract.Lineage;
import dev.baton.contract.LivenessEvent;
import dev.baton.contract.LivenessSnapshot;
import dev.baton.contract.Rules;
import dev.baton.contract.RulesAdopted;
import dev.baton.contract.Sequenced;
import dev.baton.contract.Snapshot;
import dev.baton.contract.Tick;
import dev.baton.contract.UnknownRules;
import dev.baton.failover.core.FleetState;
import dev.baton.failover.core.LivenessState;
import dev.baton.failover.core.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a runner does when the rules rise, and when they rise above what its release knows. */
class RulesTest {
    private static final FleetId FLEET = new FleetId("test");
    private static final Rules SECOND = new Rules(2);
    private static final Duration PERIOD = Duration.ofMillis(250);

    private final NoPast<FleetSnapshot, Sequenced> past = new NoPast<>();

    private FoldRunner<FleetState, FleetSnapshot, Sequenced> coordination(Rules newest) {
        var fold = new CoordinationFold(Watch.SILENT, () -> Lineage.of(7), newest);
        return new FoldRunner<>(fold, past, "baton.fleet-0", "test", Ticker::new, 1_000);
    }

    private List<Write> adopt(FoldRunner<FleetState, FleetSnapshot, Sequenced> runner) {
        return runner.take(
                FLEET, 0, Instant.EPOCH, new Sequenced(FLEET, Optional.empty(), new RulesAdopted(SECOND)), 0);
    }

    @Test
    void aSnapshotFollowsAndTheLivenessFoldIsTold() {
        List<Write> writes = adopt(coordination(SECOND));
        assertTrue(writes.contains(new Write.ToHeartbeats(FLEET, new RulesAdopted(SECOND))), writes::toString);
        Snapshot taken = writes.stream()
                .filter(Write.TakeSnapshot.class::isInstance)
                .map(write -> ((Write.TakeSnapshot) write).snapshot())
                .findFirst()
                .orElseThrow();
        assertEquals(SECOND, ((FleetSnapshot) taken).rules());
        assertEquals(1, taken.offset());
    }

    @Test
    void aNewLogBeginsWithTheNewestThatItsFirstWriterKnows() {
        var runner = coordination(SECOND);
        List<Write> writes = runner.take(FLEET, 0, Instant.EPOCH, first(Optional.of(Lineage.of(7))), 0);
        Sequenced adopted = asked(writes).orElseThrow();
        assertEquals(new RulesAdopted(SECOND), adopted.event());
        assertEquals(Optional.empty(), adopted.origin());

        List<Write> then = runner.take(FLEET, 1, Instant.EPOCH, adopted, 0);
        assertEquals(SECOND, runner.state(FLEET).orElseThrow().rules());
        assertTrue(
                then.stream().noneMatch(Write.ToDecisions.class::isInstance), "nobody asked, and nobody is answered");
    }

    /** Its agents and coordinators may be of a release that knows no newer ones. */
    @Test
    void aLogThatIsThereGoesOnByItsOwn() {
        var runner = coordination(SECOND);
        runner.take(FLEET, 0, Instant.EPOCH, first(Optional.empty()), 0);
        var next = new Sequenced(FLEET, Optional.empty(), new Tick("t", 1, 2, PERIOD), Optional.of(Lineage.of(7)));
        assertEquals(Optional.empty(), asked(runner.take(FLEET, 1, Instant.EPOCH, next, 0)));
        assertEquals(Rules.FIRST, runner.state(FLEET).orElseThrow().rules());
    }

    private static Sequenced first(Optional<Lineage> drawn) {
        return new Sequenced(FLEET, Optional.empty(), new Tick("t", 1, 1, PERIOD), drawn);
    }

    private static Optional<Sequenced> asked(List<Write> writes) {
        return writes.stream()
                .flatMap(write -> write instanceof Write.ToFleet(Sequenced entry) ? Stream.of(entry) : Stream.empty())
                .findFirst();
    }

    @Test
    void aReleaseThatDoesNotKnowThemWritesNothingAndEnds() {
        var refused = assertThrows(UnknownRules.class, () -> adopt(coordination(Rules.FIRST)));
        assertEquals(
                "fleet test is at rules version 2, and this release knows 1 at most. Start a newer release",
                refused.getMessage());
    }

    @Test
    void norDoesItStartFromASnapshotOfThem() {
        var known = FleetState.start(FLEET).snapshot(0);
        var fold = new CoordinationFold(Watch.SILENT, () -> Lineage.of(7), Rules.FIRST);
        var later = coordination(SECOND);
        adopt(later);
        FleetSnapshot snapshot = later.state(FLEET).orElseThrow().snapshot(1);
        assertEquals(FLEET, fold.of(known).fleet());
        assertThrows(UnknownRules.class, () -> fold.of(snapshot));
    }

    @Test
    void theLivenessFoldGoesByTheNewestThatItWasTold() {
        var fold = new LivenessFold(Watch.SILENT, () -> Lineage.of(7), SECOND);
        LivenessState state = LivenessState.start(FLEET);
        List<LivenessEvent> told =
                List.of(new RulesAdopted(SECOND), new RulesAdopted(Rules.FIRST), new Tick("t", 1, 1, PERIOD));
        for (LivenessEvent event : told) {
            state = fold.step(state, FLEET, 0, Instant.EPOCH, event).state();
        }
        assertEquals(SECOND, state.rules());
        LivenessSnapshot snapshot = state.snapshot(3);
        assertEquals(SECOND, fold.of(snapshot).rules());
        var older = new LivenessFold(Watch.SILENT, () -> Lineage.of(7), Rules.FIRST);
        assertThrows(UnknownRules.class, () -> older.of(snapshot));
        assertThrows(
                UnknownRules.class,
                () -> older.step(LivenessState.start(FLEET), FLEET, 0, Instant.EPOCH, new RulesAdopted(SECOND)));
    }
}
