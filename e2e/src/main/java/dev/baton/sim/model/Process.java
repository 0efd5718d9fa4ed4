package dev.baton.sim.model;

import java.util.ArrayDeque;

/**
 * One life of an operating-system process: what it has planned happens, waits while it is frozen, and never happens
 * once it is dead.
 */
public final class Process {
    private final Scheduler scheduler;
    private final CrookedClock clock;
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private boolean alive = true;
    private boolean frozen;

    public Process(Scheduler scheduler, CrookedClock clock) {
        this.scheduler = scheduler;
        this.clock = clock;
    }

    public CrookedClock clock() {
        return clock;
    }

    public boolean isAlive() {
        return alive;
    }

    public boolean isFrozen() {
        return frozen;
    }

    /** Does it now, or on thawing, or never. */
    public void run(Runnable action) {
        if (!alive) {
            return;
        }
        if (frozen) {
            waiting.add(action);
        } else {
            action.run();
        }
    }

    /** Does it after a duration of its own clock. */
    public void in(long localNanos, Runnable action) {
        scheduler.in(clock.trueNanos(localNanos), () -> run(action));
    }

    public void freeze() {
        frozen = true;
    }

    /** Everything that was due meanwhile becomes due now, in order; another freeze may come in between. */
    public void thaw() {
        frozen = false;
        for (Runnable action = waiting.poll(); action != null; action = waiting.poll()) {
            Runnable due = action;
            scheduler.in(0, () -> run(due));
        }
    }

    public void die() {
        alive = false;
        waiting.clear();
    }
}
