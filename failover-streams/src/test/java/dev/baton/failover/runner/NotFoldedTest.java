package dev.baton.failover.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.Decided;
import dev.baton.contract.DrainRequested;
import dev.baton.contract.FleetId;
import dev.baton.contract.FleetSnapshot;
import dev.baton.contract.Heartbeat;
import dev.baton.contract.Lineage;
import dev.baton.contract.LivenessEvent;
import dev.baton.contract.LivenessSnapshot;
import dev.baton.contract.NodeDeclared;
import dev.baton.contract.NodeId;
import dev.baton.contract.Rules;
import dev.baton.contract.Sequenced;
import dev.baton.contract.Sequenced.Origin;
import dev.baton.contract.Sequenced.Source;
import dev.baton.contract.Tick;
import dev.baton.contract.TunnelPhase;
import dev.baton.contract.wire.WireCodec;
import dev.baton.failover.core.Coordination;
import dev.baton.failover.core.FleetState;
import dev.baton.failover.core.Liveness;
import dev.baton.failover.core.LivenessState;
import dev.baton.failover.core.Outcome;
import dev.baton.failover.core.Ticker;
import dev.baton.failover.replay.LogEntry;
import dev.baton.failover.replay.Replay;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** An entry on which a fold throws ends no task, neither this one nor the next that meets it. */
class NotFoldedTest {
    private static final FleetId FLEET = new FleetId("default");
    private static final NodeId NODE = new NodeId("node1");
    private static final Duration TICK = Duration.ofMillis(250);

    private final List<String> told = new ArrayList<>();
    private final Watch watch = new Watch.Silent() {
        @Override
        public void notFolded(FleetId fleet, String log, long offset, RuntimeException bug) {
            told.add(fleet + " " + log + "@" + offset + " " + bug.getMessage());
        }
    };

    private static RuntimeException bug() {
        return new IllegalStateException("a fault of this release");
    }

    /** Kafka acknowledged them, and the node holds its EIPs by that. */
    @Test
    void heartbeatsOnWhichTheFoldThrowsCountAsLifeOfTheirNode() {
        var fold = new LivenessFold(watch, () -> Lineage.of(7), Rules.NEWEST) {
            @Override
            protected Liveness.Outcome outcome(LivenessState before, long offset, Instant at, LivenessEvent entry) {
                if (entry instanceof Heartbeat heartbeat && heartbeat.sequence() > 0) {
                    throw bug();
                }
                return super.outcome(before, offset, at, entry);
            }
        };
        var runner = new FoldRunner<LivenessState, LivenessSnapshot, LivenessEvent>(
                fold, new NoPast<>(), "log", "test", Ticker::new, 1_000);
        long offset = 0;
        for (int round = 0; round < 40; round++) {
            runner.take(FLEET, offset++, Instant.EPOCH, Beats.of(NODE, round), 0);
            runner.take(FLEET, offset++, Instant.EPOCH, new Tick("t", 1, round, TICK), 0);
        }
        assertEquals(
                TunnelPhase.READY,
                runner.state(FLEET)
                        .orElseThrow()
                        .nodes()
                        .get(NODE)
                        .orElseThrow()
                        .phase());
        assertEquals(39, told.size());
        assertEquals("default baton.heartbeats@2 a fault of this release", told.getFirst());

        for (int round = 40; round < 60; round++) {
            runner.take(FLEET, offset++, Instant.EPOCH, new Tick("t", 1, round, TICK), 0);
        }
        assertEquals(
                TunnelPhase.HEARTBEAT_TIMEOUT,
                runner.state(FLEET)
                        .orElseThrow()
                        .nodes()
                        .get(NODE)
                        .orElseThrow()
                        .phase());
    }

    private static Outcome throwing(FleetState before, long offset, Sequenced entry) {
        if (entry.event() instanceof DrainRequested) {
            throw bug();
        }
        return Coordination.step(before, offset, entry);
    }

    private static Sequenced declared(long origin, boolean bad) {
        return new Sequenced(
                FLEET,
                Optional.of(new Origin(Source.DECLARATIONS, origin, 0)),
                bad
                        ? new DrainRequested(NODE, true)
                        : new NodeDeclared(NODE, new TreeMap<>(Map.of("o", "" + origin)), true, false));
    }

    @Test
    void theFleetGoesOnAfterAnEntryOnWhichTheFoldThrowsAndAReplayAgrees() {
        var fold = new CoordinationFold(watch, () -> Lineage.of(7), Rules.NEWEST) {
            @Override
            protected Outcome outcome(FleetState before, long offset, Sequenced entry) {
                return throwing(before, offset, entry);
            }
        };
        var runner = new FoldRunner<FleetState, FleetSnapshot, Sequenced>(
                fold, new NoPast<>(), "log", "test", Ticker::new, 1_000);
        var log = List.of(declared(0, false), declared(1, true), declared(2, false));
        var entries = new ArrayList<LogEntry<Sequenced>>();
        var decided = new ArrayList<LogEntry<Decided>>();
        for (Sequenced entry : log) {
            entries.add(new LogEntry<>(entries.size(), Instant.EPOCH, FLEET, entry));
            for (Write write : runner.take(FLEET, entries.size() - 1, Instant.EPOCH, entry, 0)) {
                if (write instanceof Write.ToDecisions(Decided one)) {
                    decided.add(new LogEntry<>(decided.size(), Instant.EPOCH, FLEET, one));
                }
            }
        }
        FleetState state = runner.state(FLEET).orElseThrow();
        assertEquals(Map.of("o", "2"), state.nodes().get(NODE).orElseThrow().labels());
        assertEquals(Optional.of(2L), state.declarationsOrigin().map(Origin::offset));
        assertEquals(List.of("default baton.fleet@1 a fault of this release"), told);

        Replay.Report report = new Replay(WireCodec.bundled(), NotFoldedTest::throwing)
                .coordination(FLEET, entries, decided, entries.size());
        assertTrue(report.holds(), report::toString);
        assertTrue(report.compared() >= 2, report::toString);
    }
}
