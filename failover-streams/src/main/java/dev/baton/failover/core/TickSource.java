package dev.baton.failover.core;

import dev.baton.contract.Tick;
import dev.baton.contract.TickClock;
import java.time.Duration;
import java.util.Optional;

/** When to append the next tick of a fleet's log; see {@link Ticker}. */
public interface TickSource {
    /** The tick to append now, if one is due. */
    Optional<Tick> due(long nowNanos, TickClock folded, Duration period);

    /** A tick was read from the log; {@code folded} is the clock after it. */
    void readBack(Tick tick, TickClock folded, long nowNanos);

    /** Time is not needed for a while. */
    void rest();
}
