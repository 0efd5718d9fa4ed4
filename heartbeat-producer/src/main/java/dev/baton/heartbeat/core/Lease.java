package dev.baton.heartbeat.core;

import dev.baton.contract.Incarnation;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * An incarnation's right to hold what it was assigned, as acknowledged heartbeats renew it. Times are on {@link
 * System#nanoTime}'s clock, compared by difference because that clock may overflow.
 */
public record Lease(Incarnation incarnation, State state) {
    /** A lease runs once in an incarnation: what has lapsed never runs again. */
    public sealed interface State {
        /** No heartbeat of this incarnation was sent, so nobody can count its silence. */
        record Unannounced() implements State {}

        /**
         * One was sent and may be in the log, though nobody said so: the coordinator may count this node's silence.
         *
         * @param countsUntilNanos when it may be timed out
         */
        record Announced(long countsUntilNanos) implements State {}

        /** Acknowledged. */
        record Running(long untilNanos) implements State {}

        /** The coordinator may have timed this incarnation out, which is for ever. */
        record Lapsed() implements State {}
    }

    public static Lease of(Incarnation incarnation) {
        return new Lease(incarnation, new State.Unannounced());
    }

    /** The lease of an earlier process of this incarnation. */
    public static Lease restored(Incarnation incarnation, long untilNanos) {
        return new Lease(incarnation, new State.Running(untilNanos));
    }

    /**
     * The same lease, if the kernel was granted more of it than its process wrote down before it ended: a heartbeat's
     * acknowledgement comes after the session was written.
     *
     * @param untilNanos when the kernel's lease ends
     */
    public Lease reaching(long untilNanos) {
        return state instanceof State.Running(long until) && until - untilNanos < 0
                ? with(new State.Running(untilNanos))
                : this;
    }

    /** @param length how long the lease runs by a heartbeat sent now */
    public Lease announced(long sentNanos, Duration length) {
        return state instanceof State.Unannounced ? with(new State.Announced(sentNanos + length.toNanos())) : this;
    }

    /**
     * Kafka acknowledged a heartbeat of this incarnation.
     *
     * @param sentNanos read before the heartbeat was sent: what the log counts began later
     */
    public Lease acknowledged(long sentNanos, long nowNanos, Duration length) {
        long until = sentNanos + length.toNanos();
        return switch (state) {
            case State.Lapsed lapsed -> this;
            case State.Unannounced unannounced -> acknowledged(until, until, nowNanos);
            case State.Announced(long counts) -> acknowledged(counts, until, nowNanos);
            case State.Running(long running) -> acknowledged(running, until, nowNanos);
        };
    }

    /** An acknowledgement that comes after the end says nothing: the node may be timed out by then. */
    private Lease acknowledged(long endsNanos, long untilNanos, long nowNanos) {
        if (endsNanos - nowNanos <= 0) {
            return with(new State.Lapsed());
        }
        return with(new State.Running(untilNanos - endsNanos > 0 ? untilNanos : endsNanos));
    }

    /** The lease as it stands now: what ran out is lapsed for good. */
    public Lease at(long nowNanos) {
        return state instanceof State.Running(long until) && until - nowNanos <= 0 ? with(new State.Lapsed()) : this;
    }

    public Lease lapsed() {
        return with(new State.Lapsed());
    }

    public boolean isLapsed() {
        return state instanceof State.Lapsed;
    }

    /** The end of a running lease. */
    public OptionalLong untilNanos() {
        return state instanceof State.Running(long until) ? OptionalLong.of(until) : OptionalLong.empty();
    }

    /** Whether nothing in this lease runs longer than {@code length} from now. */
    public boolean endsWithin(long nowNanos, Duration length) {
        return switch (state) {
            case State.Unannounced unannounced -> true;
            case State.Lapsed lapsed -> true;
            case State.Announced(long counts) -> counts - nowNanos <= length.toNanos();
            case State.Running(long until) -> until - nowNanos <= length.toNanos();
        };
    }

    private Lease with(State changed) {
        return new Lease(incarnation, changed);
    }
}
