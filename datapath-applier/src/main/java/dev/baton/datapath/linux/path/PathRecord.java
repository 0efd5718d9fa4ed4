package dev.baton.datapath.linux.path;

import dev.baton.contract.NodeId;
import dev.baton.contract.ObservedPath;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What came back of what was sent. Several in a row that did not come back are a lost path, and several in a row
 * that did
 * are a found one; a single lost packet changes nothing. Used by one thread.
 */
final class PathRecord {
    static final int FOUND_BY = 4;

    /**
     * More than make a silent node time out by the usual settings: a dead node is not taken for one that lives and
     * cannot be reached.
     */
    static final int LOST_BY = 7;

    /** Between two probes of a target. What takes longer has not come back. */
    static final Duration EVERY = Duration.ofMillis(500);

    /**
     * Between two calls of {@link #judge}: longer, and this process, or its machine, stood still. It may have missed
     * what came meanwhile, so it counts anew and takes its own pause for nobody's loss.
     */
    static final Duration PAUSE = EVERY.multipliedBy(3);

    private final SortedMap<NodeId, Row> rows = new TreeMap<>();
    private final SortedMap<Long, Sent> waiting = new TreeMap<>();
    private long sequence;
    private Optional<Long> judged = Optional.empty();

    private record Sent(NodeId target, long nanos) {}

    /**
     * @param cameBack what the last ones in a row did
     * @param lost empty: not known yet
     */
    private record Row(boolean cameBack, int length, Optional<Boolean> lost) {
        static final Row NOTHING = new Row(true, 0, Optional.empty());

        Row and(boolean back) {
            int next = back == cameBack ? Math.min(length + 1, LOST_BY) : 1;
            return new Row(back, next, next >= (back ? FOUND_BY : LOST_BY) ? Optional.of(!back) : lost);
        }

        Row anew() {
            return new Row(true, 0, lost);
        }
    }

    /** Probes go to these; others are forgotten. */
    void aim(Set<NodeId> targets) {
        rows.keySet().retainAll(targets);
        targets.forEach(target -> rows.putIfAbsent(target, Row.NOTHING));
        waiting.values().removeIf(sent -> !targets.contains(sent.target()));
    }

    /** @return the number by which the probe is told when it comes back */
    long send(NodeId target, long nowNanos) {
        waiting.put(++sequence, new Sent(target, nowNanos));
        return sequence;
    }

    /** The kernel did not take it: that says nothing of the path. */
    void notSent(long number) {
        waiting.remove(number);
    }

    /** @param cameBack all that has come back by now, and was not told before */
    void judge(long nowNanos, Set<Long> cameBack) {
        if (judged.filter(last -> nowNanos - last <= PAUSE.toNanos()).isEmpty()) {
            countAnew();
        }
        judged = Optional.of(nowNanos);
        waiting.entrySet().removeIf(probe -> {
            NodeId target = probe.getValue().target();
            boolean back = cameBack.contains(probe.getKey());
            boolean over = back || nowNanos - probe.getValue().nanos() >= EVERY.toNanos();
            if (over) {
                rows.put(target, Objects.requireNonNull(rows.get(target)).and(back));
            }
            return over;
        });
    }

    /** What was seen so far stays until it is seen otherwise. */
    void countAnew() {
        waiting.clear();
        rows.replaceAll((target, row) -> row.anew());
    }

    List<ObservedPath> paths() {
        var known = new ArrayList<ObservedPath>();
        rows.forEach((target, row) -> row.lost().ifPresent(lost -> known.add(new ObservedPath(target, lost))));
        return List.copyOf(known);
    }
}
