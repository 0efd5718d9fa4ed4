package dev.baton.failover.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.FleetId;
import dev.baton.contract.FleetSnapshot;
import dev.baton.contract.GatewayDeclared;
import dev.baton.contract.GatewayId;
import dev.baton.contract.IpFamily;
import dev.baton.contract.LabelSelector;
import dev.baton.contract.Lineage;
import dev.baton.contract.Pool;
import dev.baton.contract.Rules;
import dev.baton.contract.Sequenced;
import dev.baton.failover.core.Coordination;
import dev.baton.failover.core.FleetState;
import dev.baton.failover.core.Ticker;
import dev.baton.failover.core.Views.View;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A start folds each fleet from its own snapshot on, and forgets no fleet that has none. */
class RestoreTest {
    private static final FleetId A = new FleetId("a");
    private static final FleetId B = new FleetId("b");

    private final List<Sequenced> log = new ArrayList<>();
    private final SnapshotRounds<FleetSnapshot> rounds = new SnapshotRounds<>(FleetSnapshot.class, 1_000);
    private long begin;

    private void declare(FleetId fleet, String gateway) {
        log.add(new Sequenced(
                fleet,
                Optional.empty(),
                new GatewayDeclared(
                        new GatewayId(gateway),
                        false,
                        Pool.parse("ipv4", IpFamily.V4, List.of("10.0." + log.size() + ".1")),
                        Pool.EMPTY,
                        Optional.empty(),
                        Optional.empty(),
                        new LabelSelector(new TreeMap<>(Map.of("egress", "true")), List.of()))));
    }

    private FleetState folded(FleetId fleet) {
        FleetState state = FleetState.start(fleet);
        for (int offset = 0; offset < log.size(); offset++) {
            if (log.get(offset).fleet().equals(fleet)) {
                state = Coordination.step(state, offset, log.get(offset)).state();
            }
        }
        return state;
    }

    /** As the runner takes it with the entries so far. */
    private void snapshot(FleetId fleet, int fleets) {
        rounds.add(folded(fleet).snapshot(log.size()), fleets);
    }

    private FoldRunner<FleetState, FleetSnapshot, Sequenced> started() {
        var runner = new FoldRunner<>(
                new CoordinationFold(Watch.SILENT, () -> Lineage.of(7), Rules.NEWEST),
                new Kept(),
                "fleet",
                "test",
                Ticker::new,
                1_000);
        take(runner, log.size() - 1);
        return runner;
    }

    private void take(FoldRunner<FleetState, FleetSnapshot, Sequenced> runner, int offset) {
        Sequenced entry = log.get(offset);
        runner.take(entry.fleet(), offset, Instant.EPOCH, entry, 0);
    }

    private void sameAsFolded(FleetId fleet) {
        assertEquals(
                folded(fleet).snapshot(log.size()).toString(),
                started().state(fleet).orElseThrow().snapshot(log.size()).toString());
    }

    @Test
    void aFleetWhoseFirstSnapshotWasCutOffIsFoldedFromTheBeginning() {
        declare(A, "one");
        declare(B, "two");
        snapshot(A, 2);
        declare(A, "three");
        sameAsFolded(A);
        sameAsFolded(B);
    }

    @Test
    void aFleetThatBeganAfterTheLastWholeRoundIsFoldedFromThereOn() {
        declare(A, "one");
        snapshot(A, 1);
        declare(B, "two");
        snapshot(A, 2);
        declare(A, "three");
        sameAsFolded(A);
        sameAsFolded(B);
        assertEquals(1, started().refolded(), "fleet a's entries before its snapshot are not folded again");
    }

    @Test
    void aLogThatBeginsAfterTheLastWholeRoundStopsTheStart() {
        declare(A, "one");
        snapshot(A, 1);
        declare(A, "two");
        declare(A, "three");
        begin = 2;
        var refused = assertThrows(IncompletePast.class, this::started);
        assertTrue(refused.toString().contains("every entry from offset 1 on, but the log begins at 2"));
    }

    @Test
    void aLogThatBeginsLateWithoutAWholeRoundStopsTheStart() {
        declare(A, "one");
        declare(A, "two");
        begin = 1;
        var refused = assertThrows(IncompletePast.class, this::started);
        assertTrue(refused.toString().contains("begins at offset 1"));
    }

    @Test
    void aSnapshotFromBeyondTheEndOfTheLogStopsTheStart() {
        declare(A, "one");
        declare(A, "two");
        snapshot(A, 1);
        log.removeLast();
        var refused = assertThrows(IncompletePast.class, this::started);
        assertTrue(refused.toString().contains("fleet ends at offset 1, but a snapshot of it is of offset 2"));
    }

    @Test
    void entriesThatAreGoneBeforeTheyWereReadStopARunnerThatNeedsAll() {
        declare(A, "one");
        var runner = started();
        declare(A, "two");
        declare(A, "three");
        declare(A, "four");
        var refused = assertThrows(IncompletePast.class, () -> take(runner, 3));
        assertTrue(refused.toString().contains("fleet: entries 1 to 2 are gone and were never read"));
        take(runner, 1);
    }

    @Test
    void aLogThatGoesBackStopsARunner() {
        declare(A, "one");
        declare(A, "two");
        var runner = started();
        var refused = assertThrows(IncompletePast.class, () -> take(runner, 0));
        assertTrue(refused.toString().contains("fleet went back from offset 2 to 0: it was made anew"));
    }

    private final class Kept implements Past<FleetSnapshot, Sequenced> {
        @Override
        public Snapshots<FleetSnapshot> snapshots(long offset) {
            return rounds.found();
        }

        @Override
        public long begin() {
            return begin;
        }

        @Override
        public long end() {
            return log.size();
        }

        @Override
        public void read(long from, long to, Entries<Sequenced> entries) {
            for (long offset = Math.max(from, begin); offset < to; offset++) {
                Sequenced entry = log.get(Math.toIntExact(offset));
                entries.entry(offset, Instant.EPOCH, entry.fleet(), entry);
            }
        }

        @Override
        public Optional<FleetId> newest() {
            return Optional.of(log.getLast().fleet());
        }

        @Override
        public Optional<List<View>> published(FleetId fleet) {
            return Optional.empty();
        }
    }
}
