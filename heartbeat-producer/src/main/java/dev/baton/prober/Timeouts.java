package dev.baton.prober;

import java.util.OptionalLong;
import java.util.PriorityQueue;

/** Ends probes whose time is up. Those that end before stay in the queue until then, which costs less than a search. */
final class Timeouts {
    private final PriorityQueue<Timeout> queue =
            new PriorityQueue<>((one, other) -> Long.signum(one.atNanos() - other.atNanos()));

    private record Timeout(long atNanos, Inquiry inquiry) {}

    void add(long atNanos, Inquiry inquiry) {
        queue.add(new Timeout(atNanos, inquiry));
    }

    void expire(long nowNanos) {
        for (Timeout first = queue.peek();
                first != null && (first.inquiry().isOver() || first.atNanos() - nowNanos <= 0);
                first = queue.peek()) {
            queue.remove();
            first.inquiry().expire();
        }
    }

    OptionalLong untilNextNanos(long nowNanos) {
        Timeout first = queue.peek();
        return first == null ? OptionalLong.empty() : OptionalLong.of(Math.max(0, first.atNanos() - nowNanos));
    }
}
