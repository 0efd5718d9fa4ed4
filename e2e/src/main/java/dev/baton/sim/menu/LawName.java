package dev.baton.sim.menu;

import java.util.Locale;

/** The laws by number, as the design lists them. */
public enum LawName {
    /** The cores are total: they throw nothing, whatever they are given. No mutant may count on this one. */
    TOTAL_FUNCTIONS,
    REPLAY_EQUALITY,
    ONE_EMITTER,
    ONLY_GROWING,
    ELIGIBLE_HOLDERS,
    NO_FALSE_TIMEOUT,
    ALLOCATIONS_KEPT,
    BOUNDED_DECISIONS,
    RESTART_CHANGES_NOTHING,
    BOUNDED_FAILOVER,
    LAST_WORD,
    FRAMES_STOP;

    /** Whether it says that something good happens in time, and not that nothing bad does. */
    public boolean isOfProgress() {
        return this == ELIGIBLE_HOLDERS || this == BOUNDED_FAILOVER;
    }

    @Override
    public String toString() {
        return ordinal() + " " + name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
