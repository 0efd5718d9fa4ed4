package dev.baton.heartbeat.core;

import dev.baton.contract.Incarnation;
import java.time.Instant;

/**
 * How a node that lost its run directory numbers its session. The coordinator ignores numbers that do not grow, for
 * ever, so the new one must exceed every one that this node has used. What the log shows of the node is one witness,
 * but it lags: the last number may have been announced and not be shown yet. Milliseconds of the wall clock are the
 * other: an incarnation lasts longer than one, so they outrun the count (seconds do not: a directory lost twice within
 * one, with the coordinator away, gave the same number twice). Only a clock set back, together with a lost directory
 * and a lagging coordinator, could defeat both.
 */
public final class Incarnations {
    private Incarnations() {}

    /**
     * The one to announce next.
     *
     * @param last that this node announced; NONE: it does not know of any
     * @param shown the highest that the coordinator has shown of it
     */
    public static Incarnation next(Incarnation last, Incarnation shown, Instant now) {
        if (last.equals(Incarnation.NONE)) {
            return afterLoss(shown, now);
        }
        return (last.supersedes(shown) ? last : shown).next();
    }

    /** @param shown the highest that {@code baton.tunnels} shows of this node; NONE if nothing */
    public static Incarnation afterLoss(Incarnation shown, Instant wallClock) {
        return new Incarnation(Math.max(shown.number() + 1, wallClock.toEpochMilli()));
    }
}
