package dev.baton.failover.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.baton.contract.FleetId;
import dev.baton.contract.FleetSnapshot;
import dev.baton.contract.Lineage;
import dev.baton.contract.LivenessEvent;
import dev.baton.contract.LivenessSnapshot;
import dev.baton.contract.Rules;
import dev.baton.contract.Sequenced;
import dev.baton.contract.Snapshot;
import dev.baton.contract.Tick;
import dev.baton.contract.Topic;
import dev.baton.contract.Topics;
import dev.baton.failover.core.FleetState;
import dev.baton.failover.core.LivenessState;
import dev.baton.failover.core.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which log the snapshots of each fold go to, and how often. */
class SnapshotLogsTest {
    private static final FleetId FLEET = new FleetId("default");
    private static final int EVERY = 10;

    private static <S, N extends Snapshot, E> FoldRunner<S, N, E> runner(Fold<S, N, E> fold) {
        return new FoldRunner<>(fold, new NoPast<>(), "log", "test", Ticker::new, EVERY);
    }

    private static FoldRunner<LivenessState, LivenessSnapshot, LivenessEvent> liveness() {
        return runner(new LivenessFold(Watch.SILENT, () -> Lineage.of(7), Rules.NEWEST));
    }

    private static FoldRunner<FleetState, FleetSnapshot, Sequenced> coordination() {
        return runner(new CoordinationFold(Watch.SILENT, () -> Lineage.of(7), Rules.NEWEST));
    }

    private static Tick tick(long sequence) {
        return new Tick("another", 1, sequence, Duration.ofMillis(250));
    }

    private static List<Topic> logsOf(List<Write> writes) {
        return writes.stream()
                .filter(Write.TakeSnapshot.class::isInstance)
                .map(write -> ((Write.TakeSnapshot) write).log())
                .toList();
    }

    @Test
    void thoseOfTheLivenessFoldGoToTheLogOfWhichADayIsKept() {
        var runner = liveness();
        var taken = new ArrayList<Topic>();
        for (int offset = 0; offset < 3 * EVERY; offset++) {
            taken.addAll(logsOf(runner.take(FLEET, offset, Instant.EPOCH, tick(offset), 0)));
        }
        assertEquals(List.of(Topics.LIVENESS_SNAPSHOTS, Topics.LIVENESS_SNAPSHOTS, Topics.LIVENESS_SNAPSHOTS), taken);
    }

    /** Else a start would look for a calm fleet's behind a month of the others', or find none of liveness. */
    @Test
    void bothFoldsAddOneToTheLogThatIsKeptEverySixHours() {
        var liveness = liveness();
        liveness.take(FLEET, 0, Instant.EPOCH, tick(0), 0);
        var coordination = coordination();
        coordination.take(FLEET, 0, Instant.EPOCH, new Sequenced(FLEET, Optional.empty(), tick(0)), 0);
        for (FoldRunner<?, ?, ?> runner : List.of(liveness, coordination)) {
            var taken = new ArrayList<Topic>();
            for (long minute = 0; minute < Duration.ofHours(24).toMinutes(); minute++) {
                taken.addAll(logsOf(runner.tick(Duration.ofMinutes(minute).toNanos())));
            }
            assertEquals(
                    List.of(Topics.SNAPSHOTS, Topics.SNAPSHOTS, Topics.SNAPSHOTS, Topics.SNAPSHOTS),
                    taken,
                    "after a minute, and every six hours after that");
        }
    }
}
