package dev.baton.failover.core;

import dev.baton.contract.Heartbeat;
import dev.baton.contract.NodeLiveness;
import dev.baton.contract.Tick;
import dev.baton.contract.TickClock;
import java.util.Optional;

/**
 * Numbers that only grow must not jump to where nothing can follow: one record of nonsense would silence its node, or
 * stop the clock, for ever. Whoever counts as he should never comes near these bounds, so nothing of his is ignored.
 */
final class Plausible {
    /** Sequences and generations grow by one, or by a block of some hundred after a restart. */
    private static final long MOST_STEPS = 1L << 32;
    /** Incarnations begin with milliseconds since 1970: this is some thousand years of them. */
    private static final long MOST_MILLIS = 1L << 45;

    private Plausible() {}

    static boolean is(Heartbeat heartbeat, Optional<NodeLiveness> known) {
        long incarnation = heartbeat.incarnation().number();
        long before = known.map(node -> node.incarnation().number()).orElse(0L);
        long sequence = known.filter(node -> node.incarnation().equals(heartbeat.incarnation()))
                .map(NodeLiveness::sequence)
                .orElse(0L);
        return incarnation - before <= MOST_MILLIS && heartbeat.sequence() - sequence <= MOST_STEPS;
    }

    static boolean is(Tick tick, TickClock clock) {
        return tick.generation() - clock.generation() <= MOST_STEPS;
    }
}
