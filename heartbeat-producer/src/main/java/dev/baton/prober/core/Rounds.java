package dev.baton.prober.core;

import dev.baton.contract.mesh.EndpointAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which endpoints are due. Each has its turn once in its interval, at a phase that seed and endpoint give, so that ten
 * thousand that begin at once are spread over their interval and stay so.
 *
 * <p>A turn that is late by more than a part of the interval is left out and the phase is kept: after a pause the
 * endpoints come one by one where they would have been, and not all together.
 */
public final class Rounds {
    private static final int LATE_PART = 4;
    private static final long LATE_AT_LEAST_NANOS = 20_000_000;

    private final long seed;
    private final PriorityQueue<Turn> queue = new PriorityQueue<>();
    private SortedMap<EndpointAddress, Turn> turns = new TreeMap<>();
    private long missed;

    public Rounds(long seed) {
        this.seed = seed;
    }

    /** From now on these have their turns, and no others. One that had the same interval before keeps its phase. */
    public void replace(Map<EndpointAddress, Duration> intervals, long nowNanos) {
        var next = new TreeMap<EndpointAddress, Turn>();
        intervals.forEach((endpoint, interval) -> next.put(endpoint, turn(endpoint, interval.toNanos(), nowNanos)));
        turns = next;
        queue.clear();
        queue.addAll(next.values());
    }

    private Turn turn(EndpointAddress endpoint, long interval, long nowNanos) {
        Turn before = turns.get(endpoint);
        return before != null && before.interval == interval
                ? before
                : new Turn(endpoint, interval, nowNanos + Phases.phase(seed, endpoint, interval));
    }

    /** Those whose turn it is, the earliest first; their next turn is in the future then. */
    public List<EndpointAddress> due(long nowNanos) {
        var due = new ArrayList<EndpointAddress>();
        for (Turn turn = queue.peek(); turn != null && turn.at - nowNanos <= 0; turn = queue.peek()) {
            queue.remove();
            long late = nowNanos - turn.at;
            boolean taken = late <= Math.max(turn.interval / LATE_PART, LATE_AT_LEAST_NANOS);
            if (taken) {
                due.add(turn.endpoint);
            }
            long steps = late / turn.interval + 1;
            missed += steps - (taken ? 1 : 0);
            turn.at += steps * turn.interval;
            queue.add(turn);
        }
        return due;
    }

    /** How long until one is due: 0 if one is, empty if there is none. */
    public OptionalLong untilNextNanos(long nowNanos) {
        Turn next = queue.peek();
        return next == null ? OptionalLong.empty() : OptionalLong.of(Math.max(0, next.at - nowNanos));
    }

    /** How many turns were left out: whoever asks was not given the processor in time. */
    public long missed() {
        return missed;
    }

    private static final class Turn implements Comparable<Turn> {
        private final EndpointAddress endpoint;
        private final long interval;
        private long at;

        Turn(EndpointAddress endpoint, long interval, long at) {
            this.endpoint = endpoint;
            this.interval = interval;
            this.at = at;
        }

        /** By the difference: readings of the clock may pass the greatest number. */
        @Override
        public int compareTo(Turn other) {
            int byTime = Long.signum(at - other.at);
            return byTime != 0 ? byTime : endpoint.compareTo(other.endpoint);
        }
    }
}
