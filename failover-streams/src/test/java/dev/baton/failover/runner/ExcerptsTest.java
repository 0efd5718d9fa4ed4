package dev.baton.failover.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.Excerpt;
import dev.baton.contract.FleetId;
import dev.baton.contract.Heartbeat;
import dev.baton.contract.Lineage;
import dev.baton.contract.LivenessEvent;
import dev.baton.contract.LivenessSnapshot;
import dev.baton.contract.NodeId;
import dev.baton.contract.NodeLiveness;
import dev.baton.contract.Rules;
import dev.baton.contract.Sequenced;
import dev.baton.contract.Tick;
import dev.baton.contract.TunnelPhase;
import dev.baton.contract.TunnelPhaseChanged;
import dev.baton.contract.wire.Logs;
import dev.baton.contract.wire.WireCodec;
import dev.baton.failover.core.Excerpts;
import dev.baton.failover.core.LivenessState;
import dev.baton.failover.core.Ticker;
import dev.baton.failover.replay.LogEntry;
import dev.baton.failover.replay.Replay;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is kept of heartbeats when a node's phase changes, and what a replay makes of it. */
class ExcerptsTest {
    private static final FleetId FLEET = new FleetId("default");
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");
    private static final Duration TICK = Duration.ofMillis(250);
    private static final WireCodec CODEC = WireCodec.bundled();

    private final FoldRunner<LivenessState, LivenessSnapshot, LivenessEvent> runner = new FoldRunner<>(
            new LivenessFold(Watch.SILENT, () -> Lineage.of(7), Rules.NEWEST),
            new NoPast<>(),
            "log",
            "test",
            Ticker::new,
            1_000);
    private final List<LogEntry<Excerpt>> kept = new ArrayList<>();
    private final List<LogEntry<Sequenced>> fleet = new ArrayList<>();
    private long offset;
    private long ticks;

    private void tell(LivenessEvent event) {
        Instant at = Instant.ofEpochMilli(1_000_000 + offset * 10);
        for (Write write : runner.take(FLEET, offset, at, event, 0)) {
            switch (write) {
                case Write.KeepExcerpt(Excerpt excerpt) -> kept.add(new LogEntry<>(kept.size(), at, FLEET, excerpt));
                case Write.ToFleet(Sequenced entry) -> fleet.add(new LogEntry<>(fleet.size(), at, FLEET, entry));
                default -> {}
            }
        }
        offset++;
    }

    /** Both are heard, and then only b: a is timed out. */
    private void aFallsSilent() {
        for (int round = 0; round < 5; round++) {
            tell(Beats.of(A, round));
            tell(Beats.of(B, round));
            tell(new Tick("t", 1, ticks++, TICK));
        }
        for (int round = 5; round < 20; round++) {
            tell(Beats.of(B, round));
            tell(new Tick("t", 1, ticks++, TICK));
        }
    }

    private Excerpt timeout() {
        Excerpt last = kept.getLast().value();
        TunnelPhaseChanged change = Excerpts.changes(last).getFirst();
        assertEquals(TunnelPhase.HEARTBEAT_TIMEOUT, change.phase());
        assertEquals(A, change.node());
        return last;
    }

    @Test
    void oneIsKeptOfEachChangeWithWhatTheNodeSaidLast() {
        aFallsSilent();
        assertEquals(3, kept.size(), "a and b appear, and a falls silent");
        Excerpt timeout = timeout();
        assertEquals(
                List.of(A),
                timeout.before().nodes().stream().map(NodeLiveness::node).toList());
        assertEquals(
                List.of(2L, 3L, 4L),
                timeout.heard().stream()
                        .map(entry -> ((Heartbeat) entry.event()).sequence())
                        .toList());
        assertEquals(timeout, CODEC.decode(Logs.EXCERPTS, CODEC.encode(Logs.EXCERPTS, timeout)));
    }

    @Test
    void aReplayDecidesThemAgain() {
        aFallsSilent();
        kept.add(kept.getFirst()); // said twice: a coordinator restarted
        Replay.Report report = new Replay(CODEC).excerpts(kept, fleet);
        assertTrue(report.holds(), report::toString);
        assertEquals(3, report.compared());
        assertEquals(0, report.unrecorded());
    }

    @Test
    void aReplaySaysHowManyChangesHaveNone() {
        aFallsSilent();
        kept.removeFirst();
        assertEquals(1, new Replay(CODEC).excerpts(kept, fleet).unrecorded());
    }

    @Test
    void aReplayFindsAChangeThatTheExcerptDoesNotGive() {
        aFallsSilent();
        Excerpt timeout = timeout();
        NodeLiveness heardJustNow = timeout.before().nodes().getFirst().withSilentSince(Optional.empty());
        LivenessSnapshot before = timeout.before();
        var forged = new Excerpt(
                new LivenessSnapshot(
                        FLEET,
                        before.offset(),
                        before.lineage(),
                        before.settings(),
                        before.clock(),
                        before.lastEntryAt(),
                        before.earlierLeases(),
                        before.namesakesUntil(),
                        before.rules(),
                        List.of(heardJustNow)),
                timeout.entry(),
                timeout.heard());
        kept.removeLast();
        kept.add(new LogEntry<>(9, Instant.EPOCH, FLEET, forged));
        Replay.Report report = new Replay(CODEC).excerpts(kept, fleet);
        assertFalse(report.holds());
        assertEquals(
                "entry " + timeout.entry().offset(),
                report.first().orElseThrow().name());
    }
}
