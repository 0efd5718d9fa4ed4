package dev.baton.failover.replay;

import dev.baton.contract.Decided;
import dev.baton.contract.Decision;
import dev.baton.contract.FleetEvent;
import dev.baton.contract.FleetId;
import dev.baton.contract.LivenessEvent;
import dev.baton.contract.Sequenced;
import dev.baton.contract.Sequenced.Origin;
import dev.baton.contract.Sequenced.Source;
import dev.baton.contract.UnknownRules;
import dev.baton.contract.wire.Logs;
import dev.baton.contract.wire.WireCodec;
import dev.baton.failover.core.Coordination;
import dev.baton.failover.core.FleetState;
import dev.baton.failover.core.Liveness;
import dev.baton.failover.core.LivenessState;
import dev.baton.failover.core.Outcome;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Folds a recorded log again and compares the decisions with the recorded ones, byte for byte. Decisions that were
 * recorded twice (a coordinator restarted) must be the same both times; the last ones may be missing, because the
 * coordinator had not folded so far.
 */
public final class Replay {
    private final WireCodec codec;
    private final Fold fold;

    /** The coordination fold of a release. */
    @FunctionalInterface
    public interface Fold {
        Outcome step(FleetState before, long offset, Sequenced entry);
    }

    /** By the folds of this release. */
    public Replay(WireCodec codec) {
        this(codec, Coordination::step);
    }

    public Replay(WireCodec codec, Fold fold) {
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
     * @param unrecorded decisions or events at the end of the log that nothing could be compared with: they may be said
     *     still
     */
    public record Report(long entries, long compared, long unrecorded, Optional<Divergence> first) {
        public boolean holds() {
            return first.isEmpty();
        }
    }

    /** The name of a decision; names sort in the order of the decisions. */
    private record Name(long cause, int index) implements Comparable<Name> {
        @Override
        public int compareTo(Name other) {
            int byCause = Long.compare(cause, other.cause);
            return byCause != 0 ? byCause : Integer.compare(index, other.index);
        }

        @Override
        public String toString() {
            return cause + "/" + index;
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
        var book = new TreeMap<Name, byte[]>();
        for (LogEntry<Decided> entry : recorded) {
            Decided decided = entry.value();
            var name = new Name(decided.cause(), decided.index());
            Optional<Divergence> torn = put(book, name, codec.encode(Logs.DECISIONS, decided));
            if (torn.isPresent()) {
                return new Report(0, 0, 0, torn);
            }
        }
        var comparison = new Comparison(book, saidBefore);
        FleetState state = FleetState.start(fleet);
        for (LogEntry<Sequenced> entry : log) {
            Outcome outcome = fold.step(state, entry.offset(), entry.value());
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
        var book = new TreeMap<Name, byte[]>();
        for (LogEntry<Sequenced> entry : recorded) {
            Optional<Origin> origin = entry.value().origin();
            if (origin.isPresent() && origin.get().source() == Source.HEARTBEATS) {
                var name = new Name(origin.get().offset(), origin.get().index());
                Optional<Divergence> torn = put(book, name, said(entry.value()));
                if (torn.isPresent()) {
                    return new Report(0, 0, 0, torn);
                }
            }
        }
        var comparison = new Comparison(book, 0);
        LivenessState state = LivenessState.start(fleet);
        if (isOfOlderRelease(recorded)) {
            state = state.withoutEarlierLeases();
        }
        for (LogEntry<LivenessEvent> entry : log) {
            Liveness.Outcome outcome = Liveness.step(state, entry.offset(), entry.at(), entry.value());
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

    /** What every writer of an entry says alike. */
    private byte[] said(Sequenced entry) {
        return codec.encode(Logs.FLEET, new Sequenced(entry.fleet(), entry.origin(), entry.event()));
    }

    /** Such a release began its log without a word on earlier leases. */
    private static boolean isOfOlderRelease(List<LogEntry<Sequenced>> recorded) {
        return !recorded.isEmpty() && recorded.getFirst().value().drawn().isEmpty();
    }

    private static Optional<Divergence> put(TreeMap<Name, byte[]> book, Name name, byte[] bytes) {
        byte[] before = book.putIfAbsent(name, bytes);
        return before == null || Arrays.equals(before, bytes)
                ? Optional.empty()
                : Optional.of(new Divergence(name.toString(), hex(before), hex(bytes)));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static final class Comparison {
        private final TreeMap<Name, byte[]> recorded;
        private final long saidBefore;
        private long compared;
        private long unrecorded;
        private Optional<Divergence> first = Optional.empty();

        Comparison(TreeMap<Name, byte[]> recorded, long saidBefore) {
            this.recorded = recorded;
            this.saidBefore = saidBefore;
        }

        void add(Name name, byte[] folded) {
            byte[] then = recorded.remove(name);
            boolean notYet = then == null
                    && name.cause() >= saidBefore
                    && (recorded.isEmpty() || recorded.lastKey().compareTo(name) < 0);
            unrecorded += notYet ? 1 : 0;
            if (then != null && Arrays.equals(then, folded)) {
                compared++;
            } else if (first.isEmpty() && !notYet) {
                first = Optional.of(new Divergence(name.toString(), then == null ? "" : hex(then), hex(folded)));
            }
        }

        Report report(long entries) {
            if (first.isEmpty() && !recorded.isEmpty()) {
                var left = recorded.firstEntry();
                first = Optional.of(new Divergence(left.getKey().toString(), hex(left.getValue()), ""));
            }
            return new Report(entries, compared, unrecorded, first);
        }
    }
}
