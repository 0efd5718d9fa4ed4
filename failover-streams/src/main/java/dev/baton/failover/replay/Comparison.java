package dev.baton.failover.replay;

import dev.baton.failover.replay.Replay.Divergence;
import dev.baton.failover.replay.Replay.Report;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.TreeMap;

/** What was recorded, held against what is folded now. */
final class Comparison {
    private final TreeMap<Name, byte[]> recorded = new TreeMap<>();
    private final long saidBefore;
    private long compared;
    private long unrecorded;
    private Optional<Report> torn = Optional.empty();
    private Optional<Divergence> first = Optional.empty();

    /** The name of a decision; names sort in the order of the decisions. */
    record Name(long cause, int index) implements Comparable<Name> {
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

    /** @param saidBefore all that follows from entries before this offset was said: what is not recorded is lost */
    Comparison(long saidBefore) {
        this.saidBefore = saidBefore;
    }

    /** To be called for all that was recorded, before anything is added. Said twice alike counts once. */
    void record(Name name, byte[] bytes) {
        byte[] before = recorded.putIfAbsent(name, bytes);
        if (before != null && !Arrays.equals(before, bytes) && torn.isEmpty()) {
            torn = Optional.of(
                    new Report(0, 0, 0, Optional.of(new Divergence(name.toString(), hex(before), hex(bytes)))));
        }
    }

    /** One name was recorded with two contents: then nothing can be compared. */
    Optional<Report> torn() {
        return torn;
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

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
