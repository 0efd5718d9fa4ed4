package dev.baton.failover.replay;

import dev.baton.contract.Decided;
import dev.baton.contract.Decision;
import dev.baton.contract.Excerpt;
import dev.baton.contract.FleetEvent;
import dev.baton.contract.FleetId;
import dev.baton.contract.LivenessEvent;
import dev.baton.contract.LivenessSnapshot;
import dev.baton.contract.Sequenced;
import dev.baton.contract.Sequenced.Origin;
import dev.baton.contract.Sequenced.Source;
import dev.baton.contract.TunnelPhaseChanged;
import dev.baton.contract.UnknownRules;
import dev.baton.contract.wire.Logs;
import dev.baton.contract.wire.WireCodec;
import dev.baton.failover.core.Coordination;
import dev.baton.failover.core.Excerpts;
import dev.baton.failover.core.FleetState;
import dev.baton.failover.core.Liveness;
import dev.baton.failover.core.LivenessState;
import dev.baton.failover.core.Outcome;
import dev.baton.failover.replay.Comparison.Name;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Folds a recorded log again and compares the decisions with the recorded ones, byte for byte. Decisions that were
 * recorded twice (a coordinator restarted) must be the same both times; the last ones may be missing, because the
 * coordinator had not folded so far.
 */
public final class Replay {
    private final WireCodec codec;
    private final Coordination.Fold fold;

    /** By the folds of this release. */
    public Replay(WireCodec codec) {
        this(codec, Coordination::step);
    }

    /** @param fold the coordination fold of a release */
    public Replay(WireCodec codec, Coordination.Fold fold) {
        this.codec = codec;
        this.fold = fold;
    }

    /**
     * @param name of the first decision that differs: cause and index
     * @param recorded as hexadecimal bytes; empty if there is none
     */
    public record Divergence(String name, String recorded, String folded) {}

    /**
     * @param entries folded
     * @param compared decisions or events that were compared
     * @param unrecorded decisions or events that nothing could be compared with: at the end of the log they may be said
     *     still, and of those that excerpts tell of they may have none
     */
    public record Report(long entries, long compared, long unrecorded, Optional<Divergence> first) {
        public boolean holds() {
            return first.isEmpty();
        }
    }

    /**
     * Folds the fleet log and compares with {@code baton.decisions}.
     *
     * @param saidBefore all decisions that follow from entries before this offset were said: one that is not recorded
     *     is lost
     * @throws UnknownRules if the log is at rules that the codec does not read
     */
    public Report coordination(
            FleetId fleet, List<LogEntry<Sequenced>> log, List<LogEntry<Decided>> recorded, long saidBefore) {
        var comparison = new Comparison(saidBefore);
        for (LogEntry<Decided> entry : recorded) {
            Decided decided = entry.value();
            comparison.record(new Name(decided.cause(), decided.index()), codec.encode(Logs.DECISIONS, decided));
        }
        if (comparison.torn().isPresent()) {
            return comparison.torn().get();
        }
        FleetState state = FleetState.start(fleet);
        for (LogEntry<Sequenced> entry : log) {
            // What a coordinator passed over because its fold threw, this one passes over for the same reason.
            Outcome outcome = Coordination.orPassedOver(fold, state, entry.offset(), entry.value(), bug -> {});
            state = outcome.state();
            UnknownRules.check(fleet, state.rules(), codec.reads());
            int index = 0;
            for (Decision decision : outcome.decisions()) {
                var decided = new Decided(fleet, entry.offset(), index, decision);
                comparison.add(new Name(entry.offset(), index++), codec.encode(Logs.DECISIONS, decided));
            }
        }
        return comparison.report(log.size());
    }

    /** Folds the heartbeats' log and compares with the events that the fleet log has from it. */
    public Report liveness(FleetId fleet, List<LogEntry<LivenessEvent>> log, List<LogEntry<Sequenced>> recorded) {
        LivenessState start = LivenessState.start(fleet);
        return liveness(isOfOlderRelease(recorded) ? start.withoutEarlierLeases() : start, 0, log, recorded);
    }

    /** The same from a snapshot on. */
    public Report liveness(
            LivenessSnapshot from, List<LogEntry<LivenessEvent>> log, List<LogEntry<Sequenced>> recorded) {
        return liveness(LivenessState.of(from), from.offset(), log, recorded);
    }

    private Report liveness(
            LivenessState start, long from, List<LogEntry<LivenessEvent>> log, List<LogEntry<Sequenced>> recorded) {
        FleetId fleet = start.fleet();
        var comparison = new Comparison(0);
        for (LogEntry<Sequenced> entry : recorded) {
            heardFrom(entry)
                    .filter(heard -> heard.offset() >= from)
                    .ifPresent(origin ->
                            comparison.record(new Name(origin.offset(), origin.index()), said(entry.value())));
        }
        if (comparison.torn().isPresent()) {
            return comparison.torn().get();
        }
        LivenessState state = start;
        for (LogEntry<LivenessEvent> entry : log) {
            if (entry.offset() < from) {
                continue;
            }
            Liveness.Outcome outcome =
                    Liveness.orPassedOver(Liveness::step, state, entry.offset(), entry.at(), entry.value(), bug -> {});
            state = outcome.state();
            UnknownRules.check(fleet, state.rules(), codec.reads());
            int index = 0;
            for (FleetEvent event : outcome.events()) {
                var sequenced =
                        new Sequenced(fleet, Optional.of(new Origin(Source.HEARTBEATS, entry.offset(), index)), event);
                comparison.add(new Name(entry.offset(), index++), said(sequenced));
            }
        }
        return comparison.report(log.size());
    }

    /**
     * Decides each change of a node's phase again that an excerpt was kept of, and compares with what the fleet
     * log has.
     *
     * @return {@code unrecorded} counts the changes that have no excerpt
     */
    public Report excerpts(List<LogEntry<Excerpt>> kept, List<LogEntry<Sequenced>> recorded) {
        var said = new TreeMap<Long, List<TunnelPhaseChanged>>();
        for (LogEntry<Sequenced> entry : recorded) {
            if (entry.value().event() instanceof TunnelPhaseChanged change) {
                heardFrom(entry)
                        .ifPresent(origin -> said.computeIfAbsent(origin.offset(), unknown -> new ArrayList<>())
                                .add(change));
            }
        }
        long saidUpTo = said.isEmpty() ? -1 : said.lastKey();
        var compared = new TreeSet<Long>();
        for (LogEntry<Excerpt> entry : kept) {
            long offset = entry.value().entry().offset();
            List<TunnelPhaseChanged> then = said.getOrDefault(offset, List.of());
            List<TunnelPhaseChanged> now = Excerpts.changes(entry.value());
            if (offset <= saidUpTo && !Set.copyOf(then).equals(Set.copyOf(now))) {
                return new Report(
                        kept.size(),
                        compared.size(),
                        0,
                        Optional.of(new Divergence("entry " + offset, then.toString(), now.toString())));
            }
            compared.add(offset);
        }
        long without = said.keySet().stream()
                .filter(offset -> !compared.contains(offset))
                .count();
        return new Report(kept.size(), compared.size(), without, Optional.empty());
    }

    private static Optional<Origin> heardFrom(LogEntry<Sequenced> entry) {
        return entry.value().origin().filter(origin -> origin.source() == Source.HEARTBEATS);
    }

    /** What every writer of an entry says alike. */
    private byte[] said(Sequenced entry) {
        return codec.encode(Logs.FLEET, new Sequenced(entry.fleet(), entry.origin(), entry.event()));
    }

    /** Such a release began its log without a word on earlier leases. */
    private static boolean isOfOlderRelease(List<LogEntry<Sequenced>> recorded) {
        return !recorded.isEmpty() && recorded.getFirst().value().drawn().isEmpty();
    }
}
