package dev.baton.failover.core;

import dev.baton.contract.Tick;
import dev.baton.contract.TickClock;
import java.time.Duration;
import java.util.Optional;

/**
 * Decides when the task that owns a partition appends its next tick: when a full period of its own monotonic clock has
 * passed since it read the previous one back from the log. There is no catching up. Confined to the task's thread;
 * times are readings of one monotonic clock, in nanoseconds.
 */
public final class Ticker implements TickSource {
    /** If no tick is read back for this long, ours was lost or another ticker has stopped: take over again. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final String name;
    private boolean started;
    private boolean inForce;
    private boolean awaited;
    private long generation;
    private long sequence;
    private long progressAt;

    /** @param name unique to this task's life */
    public Ticker(String name) {
        this.name = name;
    }

    /**
     * The tick to append now, if one is due.
     *
     * @param folded the clock as folded so far, whose generation a take-over must exceed
     */
    @Override
    public Optional<Tick> due(long now, TickClock folded, Duration period) {
        if (started && inForce && !awaited && now - progressAt >= period.toNanos()) {
            sequence++;
            awaited = true;
            return Optional.of(new Tick(name, generation, sequence, period));
        }
        Duration patience = period.multipliedBy(3).compareTo(PATIENCE) > 0 ? period.multipliedBy(3) : PATIENCE;
        if (!started || ((awaited || !inForce) && now - progressAt >= patience.toNanos())) {
            started = true;
            inForce = false;
            awaited = true;
            generation = Math.max(generation, folded.generation()) + 1;
            sequence = 0;
            progressAt = now;
            return Optional.of(new Tick(name, generation, sequence, period));
        }
        return Optional.empty();
    }

    /** A tick was read from the log; {@code folded} is the clock after it. */
    @Override
    public void readBack(Tick tick, TickClock folded, long now) {
        boolean mine = tick.ticker().equals(name) && tick.generation() == generation;
        if (mine && folded.ticker().equals(name) && folded.generation() == generation && tick.sequence() == sequence) {
            inForce = true;
            awaited = false;
            progressAt = now;
        } else if (folded.generation() == tick.generation() && folded.ticker().equals(tick.ticker()) && !mine) {
            // Another ticker's tick counts: wait, and tick again only when it has stopped.
            inForce = inForce && folded.generation() < generation;
            progressAt = now;
        }
    }

    /**
     * Ticks are not needed for a while. The next tick that is due is then the first of a takeover, which is not
     * counted.
     */
    @Override
    public void rest() {
        started = false;
        inForce = false;
        awaited = false;
    }
}
