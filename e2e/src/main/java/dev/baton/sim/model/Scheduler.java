package dev.baton.sim.model;

import java.util.PriorityQueue;

/** What happens when: earliest first, ties by order of insertion. True time is nanoseconds since the run began. */
public final class Scheduler {
    private record Due(long at, long number, Runnable action) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    private final PriorityQueue<Due> queue = new PriorityQueue<>();
    private long inserted;
    private long now;

    public long now() {
        return now;
    }

    /** Runs {@code action} after {@code delay} nanoseconds of true time. */
    public void in(long delay, Runnable action) {
        queue.add(new Due(now + Math.max(0, delay), inserted++, action));
    }

    /** Moves true time to the next thing that is due and does it. */
    public void next() {
        Due due = queue.remove();
        now = due.at();
        due.action().run();
    }
}
