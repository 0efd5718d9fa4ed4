package dev.baton.failover.core;

import dev.baton.contract.Tick;
import dev.baton.contract.TickClock;

/**
 * Counts ticks. Two counted ticks of one ticker are really at least a period apart, because it issues the next only
 * when
 * a period has passed since it read the last one back. A new ticker's first tick proves nothing and is not counted, and
 * ticks of a ticker that was replaced are ignored: log time never runs faster than real time, only slower.
 */
public final class LogClock {
    private LogClock() {}

    /** Whether the tick is from the ticker in force, or from one that takes over. */
    public static boolean accepts(TickClock clock, Tick tick) {
        if (!Plausible.is(tick, clock)) {
            return false;
        }
        return tick.generation() > clock.generation()
                || (tick.generation() == clock.generation()
                        && tick.ticker().equals(clock.ticker())
                        && tick.sequence() > clock.sequence());
    }

    /** @return whether the tick counts */
    static boolean count(Turn turn, Tick tick) {
        if (!accepts(turn.state().clock(), tick)) {
            turn.ignore(Ignored.REPLACED_TICKER);
            return false;
        }
        turn.put(after(turn.state().clock(), tick));
        return true;
    }

    /** The clock after an accepted tick. */
    public static TickClock after(TickClock clock, Tick tick) {
        boolean takesOver = tick.generation() > clock.generation();
        return new TickClock(
                tick.ticker(),
                tick.generation(),
                tick.sequence(),
                takesOver ? clock.elapsed() : clock.elapsed().plus(tick.period()));
    }
}
