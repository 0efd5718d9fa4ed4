package dev.baton.sim.world;

import dev.baton.contract.Tick;
import dev.baton.contract.TickClock;
import dev.baton.failover.core.TickSource;
import dev.baton.failover.core.Ticker;
import dev.baton.sim.menu.Mutant;
import java.time.Duration;
import java.util.Optional;

/** The real ticker, unless a mutant makes it hasty or self-confident. */
public final class SimTicker implements TickSource {
    private final Optional<Mutant> mutant;
    private final String name;
    private final Ticker ticker;
    private long hastyGeneration;
    private long hastySequence;
    private long hastyDue;

    SimTicker(Optional<Mutant> mutant, String name) {
        this.mutant = mutant;
        this.name = name;
        this.ticker = new Ticker(name);
    }

    @Override
    public Optional<Tick> due(long now, TickClock folded, Duration period) {
        if (!mutant.equals(Optional.of(Mutant.TICKS_WITHOUT_READ_BACK))) {
            return ticker.due(now, folded, period);
        }
        if (hastyGeneration == 0) {
            hastyGeneration = folded.generation() + 1;
            hastyDue = now;
        }
        if (folded.generation() > hastyGeneration || now < hastyDue) {
            return Optional.empty();
        }
        hastyDue += period.toNanos();
        return Optional.of(new Tick(name, hastyGeneration, hastySequence++, period));
    }

    @Override
    public void readBack(Tick tick, TickClock folded, long now) {
        if (!mutant.equals(Optional.of(Mutant.REPLACED_TICKER_COUNTED))) {
            ticker.readBack(tick, folded, now);
        } else if (tick.ticker().equals(name)) {
            ticker.readBack(tick, new TickClock(name, tick.generation(), tick.sequence(), folded.elapsed()), now);
        }
    }

    @Override
    public void rest() {
        ticker.rest();
    }
}
